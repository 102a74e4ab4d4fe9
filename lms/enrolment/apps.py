from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "lms.enrolment"
    label = "enrolment"
