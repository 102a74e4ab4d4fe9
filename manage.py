#!/usr/bin/env python
"""Django's door: `python manage.py <command>`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    if sys.argv[1:2] == ["check_cases"]:  # arithmetic alone: an authority may run it on a machine that serves nobody
        from lms.config.env import stand_in

        stand_in()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
