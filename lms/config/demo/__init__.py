"""The demo: fictional holders, companies and institutions with their stories, made through the rooms' own actions.

Nothing here runs in production: `manage.py load_demo` refuses unless the installation says LMS_DEMO=yes.
"""
