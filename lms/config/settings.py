"""All settings, in the order of the house. Names in the environment begin with LMS_, but for DATABASE_URL and REDIS_URL.

Values that an operator may change are read here and nowhere else. A missing secret stops the start: there are no default keys.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from lms.config import content_policy, env, object_storage

BASE_DIR = Path(__file__).resolve().parents[2]

# ── the installation ────────────────────────────────────────────────────────
DEBUG = env.flag("LMS_DEBUG", False)
DEMO = env.flag("LMS_DEMO", False)  # marks fictional data on screen; shows the demo accounts on the sign-in page
DEMO_PASSWORD = env.text("LMS_DEMO_PASSWORD", "Zhuxue-2026") if DEMO else ""  # of every demo account
SECRET_KEY = env.text("LMS_SECRET_KEY")
# Encrypts ID numbers at rest (32 bytes, URL-safe base64). Losing it loses them; it never leaves the process.
FIELD_KEY = env.text("LMS_FIELD_KEY")
# Keys the blind index by which an ID number is found without being readable (any long random text).
INDEX_KEY = env.text("LMS_INDEX_KEY")
# Encrypts the master keys of videos at rest (32 bytes, URL-safe base64).
MEDIA_KEY = env.text("LMS_MEDIA_KEY")
# Earlier ones, which still open what they have sealed, until `manage.py rotate_media_key` has been run.
MEDIA_KEYS_OLD = env.words("LMS_MEDIA_KEY_OLD")
# Seals the key of each person under which pictures and templates of faces lie, and the secret plans of checks (as above).
FACE_KEY = env.text("LMS_FACE_KEY")
# Signs the heads of the learning log (32 bytes, URL-safe base64). Only the sequencer needs it; without it nothing is sealed.
LOG_SIGNING_KEY = env.text("LMS_LOG_SIGNING_KEY", "")
# Signs certificates and proofs of hours (PAdES): an RSA key, its certificate and the chain in one PEM; or a token instead.
PAPER_KEY = env.text("LMS_PAPER_KEY", "")
PAPER_PKCS11 = (
    {name: env.text(f"LMS_PAPER_PKCS11_{name.upper()}", "") for name in ("module", "token", "label", "pin")}
    if env.text("LMS_PAPER_PKCS11_MODULE", "")
    else {}
)
# Signs QR codes and Verifiable Credentials (Ed25519: 32 bytes, URL-safe base64). Without it they are not offered.
CREDENTIAL_KEY = env.text("LMS_CREDENTIAL_KEY", "")
# Questions whether a certificate is real, from one network address, before it must wait.
VERIFICATIONS_A_MINUTE = env.number("LMS_VERIFICATIONS_A_MINUTE", 30, least=1, most=100_000)
DATA_DIR = Path(env.text("LMS_DATA_DIR", str(BASE_DIR / "var"))).resolve()
ALLOWED_HOSTS = env.words("LMS_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")
CSRF_TRUSTED_ORIGINS = env.words("LMS_TRUSTED_ORIGINS")
SITE_URL = env.text("LMS_SITE_URL", "http://127.0.0.1:8000")
# The name of the learning log in every head. It must never change: under another name it is another log.
LOG_ORIGIN = env.text("LMS_LOG_ORIGIN", f"{urlsplit(SITE_URL).hostname}/log")
# Who is sent a head of the log by e-mail each day, and can prove by it what was changed later.
LOG_HEAD_SUBSCRIBERS = env.words("LMS_LOG_HEAD_SUBSCRIBERS")

INSTALLED_APPS = [
    "lms.config",
    "lms.enterprise",
    "lms.exchange",
    "lms.certificates",
    "lms.reviews",
    "lms.commerce",
    "lms.credit",
    "lms.classroom",
    "lms.enrolment",
    "lms.organisations",
    "lms.notices",
    "lms.accounts",
    "content",
    "player",
    "proctoring",
    "analytics",
    "wagtail.contrib.redirects",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "channels",
    "django_celery_beat",
    "template_partials",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.config.middleware.admin_content_policy",
    "lms.config.middleware.no_camera_but_where_asked",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.locked_browser_waits",
    "lms.accounts.middleware.second_factor_for_staff",
    "lms.config.middleware.editors_desk_for_editors",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lms.config.urls"
ASGI_APPLICATION = "lms.config.asgi.application"
WSGI_APPLICATION = "lms.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "lms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.config.navigation.navigation",
            ],
        },
    }
]

# ── stores ──────────────────────────────────────────────────────────────────
DATABASES = {"default": env.database(env.text("DATABASE_URL"))}
# Of cursors that bind in the server alone (the learning log's): Django's own bind in the client and prepare nothing.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 2)
DATABASES["default"]["OPTIONS"].setdefault("pool", {"min_size": 0, "max_size": 16, "timeout": 10})
REDIS_URL = env.text("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# Stock channels-redis opens at most 100 connections and raises when a thousand sockets come back at once
# (about a tenth of them refused); see tests/player/watching/test_storm.py.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # socket_timeout: redis-py gives up a read after 5 s, just as long as the layer waits for a message; an idle
            # socket would be torn down every few seconds.
            "hosts": [
                {"address": REDIS_URL, "max_connections": 2000, "socket_timeout": 30, "socket_connect_timeout": 15}
            ],
            "capacity": 500,
            "expiry": 30,
        },
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# ── tasks ───────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL.startswith("unix://") else REDIS_URL
if CELERY_BROKER_URL.startswith("redis+socket://"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=")  # kombu's spelling of the same number
CELERY_RESULT_BACKEND = None
CELERY_TASK_ALWAYS_EAGER = False  # in tests a task is done at once, where it is asked for
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 2 * 3600  # seconds; a transcode is the longest
# Redis hands a task out again when it was not confirmed in this time: it must exceed the longest task.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True

# ── persons and signing in ──────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "phone*", "password1*", "password2*"]
ACCOUNT_FORMS = {"login": "lms.accounts.forms.SignInForm", "signup": "lms.accounts.forms.RegisterForm"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
# No SMS gateway yet: a phone counts as given, not as proved, and a taken one is said to be taken.
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = False
# A training room of two hundred signs in from one address; guessing at one account is stopped by axes below.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,30/h/key",
    "signup": "60/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("LMS_BEHIND_PROXY", False) else 0
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "筑学"
MFA_ADAPTER = "lms.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "lms.accounts.forms.SecondFactorForm",
    "reauthenticate": "lms.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "lms.accounts.forms.ActivateSecondFactorForm",
}
# Roles that may not work without a second factor (lms.accounts.middleware). The demo switches this off, and says so.
SECOND_FACTOR_ROLES = env.words(
    "LMS_SECOND_FACTOR_ROLES",
    ""
    if DEMO or DEBUG
    else "administrator auditor authority reviewer finance institution_manager enterprise_manager instructor",
)
AXES_FAILURE_LIMIT = env.number("LMS_SIGN_IN_FAILURES", 10, least=3, most=100)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "lms.accounts.sign_in.counted_name"
AXES_CLIENT_IP_CALLABLE = "lms.accounts.sign_in.counted_address"
AXES_LOCKOUT_CALLABLE = "lms.accounts.sign_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # asking again does not make the wait longer
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who came and went is in the learning log, without addresses in clear
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["password", "login", "username"]
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False

# ── notices ─────────────────────────────────────────────────────────────────
SMS_GATEWAY_URL = env.text("LMS_SMS_URL", "")  # takes POST {"to", "text", "key"}; none: only the demo "sends"
SMS_GATEWAY_TOKEN = env.text("LMS_SMS_TOKEN", "")
EMAIL_HOST = env.text("LMS_SMTP_HOST", "")
EMAIL_PORT = env.number("LMS_SMTP_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("LMS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("LMS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("LMS_SMTP_TLS", True)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("LMS_MAIL_FROM", "zhuxue@localhost")
# Between these hours (Shanghai) nobody is sent an SMS or e-mail that can wait. Equal: at any hour.
NOTICE_QUIET_HOURS = (
    env.number("LMS_QUIET_FROM", 21, least=0, most=23),
    env.number("LMS_QUIET_UNTIL", 8, least=0, most=23),
)
# ── money ───────────────────────────────────────────────────────────────────
# Without a key nobody is offered to pay online; bank transfers work all the same.
STRIPE_SECRET_KEY = env.text("LMS_STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.text("LMS_STRIPE_WEBHOOK_SECRET", "")
# Empty = Stripe itself. The demo names its simulator (infra/stripe_simulator) here.
STRIPE_API_BASE = env.text("LMS_STRIPE_API_BASE", "")
# Where the pages lie on which one pays.
PAY_ORIGINS = [STRIPE_API_BASE or "https://checkout.stripe.com"] if STRIPE_SECRET_KEY else []
STRIPE_METHODS = env.words("LMS_STRIPE_METHODS", "card alipay wechat_pay")
# A refund above it takes two people. Minor units.
REFUND_LIMIT_MINOR = env.number("LMS_REFUND_LIMIT_MINOR", 500_000, least=0, most=10**12)
# What a company writes on a bank transfer, shown on its pro-forma.
BANK_ACCOUNT = env.text("LMS_BANK_ACCOUNT", "")

# ── certificates ────────────────────────────────────────────────────────────
# issuer: numbers and issues, as part of the regulator's system; platform: asks an issuer, keeps and shows. The demo is both.
CERTIFICATE_ROLES = env.words("LMS_CERTIFICATE_ROLES", "issuer platform" if DEMO else "platform")
CERTIFICATE_ISSUER_NAME = env.text("LMS_CERTIFICATE_ISSUER", "演示发证系统（虚构）" if DEMO else "")
# The official coding rule was never published: the shipped template is an example, and its numbers say so.
CERTIFICATE_NUMBER_TEMPLATE = env.text("LMS_CERTIFICATE_NUMBERS", "例{region:6}{post:2}{year:4}{serial:6}{check}")
# By this name other installations know us; by this key (32 bytes, URL-safe base64) our messages are signed.
EXCHANGE_CODE = env.text("LMS_EXCHANGE_CODE", "demo" if DEMO else "")
EXCHANGE_ISSUER_CODE = env.text("LMS_EXCHANGE_ISSUER_CODE", "demo-issuer" if DEMO else EXCHANGE_CODE)
EXCHANGE_KEY = env.text("LMS_EXCHANGE_KEY", "")
# Shared by a platform and its issuer: both hash ID numbers with it, so that no number travels.
EXCHANGE_ID_KEY = env.text("LMS_EXCHANGE_ID_KEY", "")

# ── content ─────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = "筑学"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES

# ── video ───────────────────────────────────────────────────────────────────
VIDEO_MAX_UPLOAD_BYTES = env.number("LMS_VIDEO_MAX_UPLOAD_BYTES", 4 * 1024**3, least=1024, most=64 * 1024**3)
VIDEO_MAX_DURATION_MINUTES = env.number("LMS_VIDEO_MAX_DURATION_MINUTES", 240, least=1, most=1440)
VIDEO_SCRATCH_DIR = DATA_DIR / "scratch"
VIDEO_X264_PRESET = env.text("LMS_VIDEO_PRESET", "veryfast")  # faster: larger files; slower: more CPU
VIDEO_X264_CRF = env.number("LMS_VIDEO_CRF", 23, least=0, most=51)  # less: better pictures, larger files
VIDEO_THREADS = env.number("LMS_VIDEO_THREADS", 1, least=1, most=64)  # of one encoder; the workers run side by side
VIDEO_NICE = env.number("LMS_VIDEO_NICE", 5, least=0, most=19)  # encoders give way to the web processes
VIDEO_MEMORY_BYTES = env.number("LMS_VIDEO_MEMORY_BYTES", 3 * 1024**3, least=512 * 1024**2, most=64 * 1024**3)
VIDEO_WALL_SECONDS_PER_SECOND = env.number("LMS_VIDEO_WALL_SECONDS_PER_SECOND", 12, least=1, most=1000)
# Beside the media, so that a large upload is moved and not copied.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ── face checks ─────────────────────────────────────────────────────────────
# An ONNX file of the operator's that turns a face into a vector; without one, the geometry of landmarks (demo grade).
FACE_MODEL_FILE = env.text("LMS_FACE_MODEL_FILE", "")
FACE_MODEL_NAME = env.text("LMS_FACE_MODEL_NAME", "")
FACE_MODEL_VERSION = env.text("LMS_FACE_MODEL_VERSION", "")
FACE_MODEL_SHA256 = env.text("LMS_FACE_MODEL_SHA256", "")
FACE_MODEL_LICENCE = env.text("LMS_FACE_MODEL_LICENCE", "")
FACE_MODEL_DIMENSION = env.number("LMS_FACE_MODEL_DIMENSION", 512, least=16, most=512)
FACE_MODEL_THRESHOLD_PERCENT = env.number("LMS_FACE_MODEL_THRESHOLD_PERCENT", 40, least=1, most=99)
# In the demo alone: these actions instead of random ones, for a film in the place of a camera.
FACE_CHALLENGE = env.words("LMS_FACE_CHALLENGE") if DEMO else []
FACE_SEARCH_WIDTH = env.number(
    "LMS_FACE_SEARCH_WIDTH", 250, least=10, most=1000
)  # of the index: more finds more, slower

# ── languages and times ─────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # the regulator's; days are counted in it

# ── files ───────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "lms" / "static"]
MEDIA_URL = "/media/"  # ciphertext segments, posters, editors' images
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"  # uploaded sources: never served
# Where recorders and streaming servers leave what they film; kept for three months, then disposed of.
RECORDINGS_ROOT = Path(env.text("LMS_RECORDINGS_DIR", str(DATA_DIR / "recordings")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "lms.config.static_storage.HashedStaticFiles"},
}
VIDEO_STORAGE = "default"  # which of them holds the streams
MEDIA_ORIGINS = []  # besides our own, where browsers fetch media
OBJECT_STORAGE = object_storage.from_environment()
if OBJECT_STORAGE is not None:
    STORAGES |= OBJECT_STORAGE.storages
    VIDEO_STORAGE = "videos"
    MEDIA_ORIGINS = [OBJECT_STORAGE.origin]

# ── what a browser is told ──────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_policy.directives(media=MEDIA_ORIGINS, pay=PAY_ORIGINS)}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.flag("LMS_HTTPS", not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("LMS_BEHIND_PROXY", False) else None
CSRF_FAILURE_VIEW = "lms.config.views.csrf_failure"

# ── what is written down for operators ──────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LMS_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # two lines for each page that Wagtail saves
    },
}
