"""Background tasks, run by the cluster of Django-Q2."""

from talks.ai import parse_presenters_with_ai, parse_titles_with_ai
from talks.models import Video


def parse_videos(video_ids):
    """Tidy the titles of some videos and find who presents them."""
    for video in Video.objects.filter(pk__in=video_ids):
        video.title = parse_titles_with_ai(video.title)
        video.presenters = ", ".join(parse_presenters_with_ai(video.title, video.description))
        video.is_parsed = True
        video.save()
