#!/usr/bin/env python
"""Django's door: `python manage.py <command>`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    # Arithmetic alone: an authority may run them on a machine that serves nobody.
    if sys.argv[1:2] in (["check_cases"], ["evaluate_liveness"]):
        from lms.config.env import stand_in

        stand_in()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
