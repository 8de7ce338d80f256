"""The admin's list of videos, with an action that has a model tidy the selected ones."""

from django.contrib import admin
from django_q.tasks import async_task

from talks.models import Video


@admin.register(Video)
class VideoAdmin(admin.ModelAdmin):
    list_display = ["title", "presenters", "is_parsed"]
    actions = ["parse_with_ai"]

    @admin.action(description="Parse titles and presenters")
    def parse_with_ai(self, request, queryset):
        for video_id in queryset.values_list("pk", flat=True):
            async_task("talks.tasks.parse_video", video_id)
        self.message_user(request, f"{queryset.count()} videos were queued, each as a task of its own.")
