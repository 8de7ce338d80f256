"""The part of the site's settings that its background tasks read."""

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django_q",
    "talks",
]

# A task that fails is tried three times in all, some minutes apart; without max_attempts it is tried for ever.
Q_CLUSTER = {
    "name": "talks",
    "workers": 2,
    "timeout": 90,
    "retry": 300,
    "max_attempts": 3,
    "orm": "default",
}
