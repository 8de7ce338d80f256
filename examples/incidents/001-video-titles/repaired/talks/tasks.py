"""Background tasks, run by the cluster of Django-Q2."""

from talks.ai import parse_presenters_with_ai, parse_titles_with_ai
from talks.models import Video


def parse_video(video_id):
    """Tidy the title of one video and find who presents it; what is done is not paid for again."""
    video = Video.objects.get(pk=video_id)
    if video.is_parsed:
        return
    video.title = parse_titles_with_ai(video.title)
    video.presenters = ", ".join(parse_presenters_with_ai(video.title, video.description))
    video.is_parsed = True
    video.save()
