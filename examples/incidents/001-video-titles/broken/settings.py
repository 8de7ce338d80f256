"""The part of the site's settings that its background tasks read."""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django_q",
    "talks",
]

Q_CLUSTER = {
    "name": "talks",
    "workers": 2,
    "timeout": 90,
    "retry": 90,
    "orm": "default",
}
