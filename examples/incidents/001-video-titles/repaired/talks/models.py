"""The recordings of conference talks that the site lists."""

from django.db import models


class Video(models.Model):
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    presenters = models.CharField(max_length=300, blank=True)
    is_parsed = models.BooleanField(default=False)
