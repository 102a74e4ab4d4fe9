from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "lms.classroom"
    label = "classroom"
