#!/bin/bash
# What CI runs, and what a developer runs: `check.sh fast` (default) or `check.sh all`, after `setup.sh --dev`.
# Each step can be run by hand as it stands here, with .venv/bin on PATH. All steps run; the first failure decides the code.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
if [ -z "${DATABASE_URL:-}" ] || [ -z "${REDIS_URL:-}" ]; then
    exec python -m infra.embedded exec --fast-disk -- infra/check.sh "$@"
fi

scratch=$(mktemp -d)
trap 'python -m infra.pattern --drop; rm -rf "$scratch"' EXIT
code=0

step() { # title, command …
    local began=$SECONDS title=$1
    shift
    echo "── $title"
    if "$@"; then
        echo "   $title: good, $((SECONDS - began)) s"
    else
        echo "   $title: FAILED, $((SECONDS - began)) s"
        echo "$title" >>"$scratch/failed"
        code=1
    fi
}

tests() { # title, arguments of pytest …
    local title=$1
    shift
    # 5: nothing was selected
    step "$title" bash -c 'pytest -q "$@" 2>&1 | tee "'"$scratch/$title.log"'"; c=${PIPESTATUS[0]}; [ $c = 0 ] || [ $c = 5 ]' pytest "$@"
}

templates() { find lms content player proctoring analytics -name '*.html' -path '*/templates/*' "$@" -print0; }

# The outer tag of these is a link or a plain box by a condition: right in the end, but no tree for a parser.
parsable() { templates ! -name _post_card.html ! -name _ring_tile.html ! -name _tile.html; }

like_production() { # the settings of an installation behind HTTPS, with secrets of this moment
    env LMS_DEMO=no LMS_DEBUG=no LMS_HTTPS=yes LMS_BEHIND_PROXY=yes LMS_DATA_DIR="$scratch/data" \
        LMS_SITE_URL=https://learn.example LMS_ALLOWED_HOSTS=learn.example \
        LMS_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
        LMS_INDEX_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
        LMS_FIELD_KEY="$(python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
        LMS_MEDIA_KEY="$(python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
        LMS_FACE_KEY="$(python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
        DJANGO_SETTINGS_MODULE=lms.config.settings "$@"
}

step "format" ruff format --check
step "lint" ruff check
step "types" mypy
step "imports" lint-imports
step "migrations" env DJANGO_SETTINGS_MODULE=tests.settings python manage.py makemigrations --check --dry-run
step "deployment" like_production python manage.py check --deploy --fail-level WARNING
step "templates" xargs -0 -r djhtml --check < <(templates)
step "markup" xargs -0 -r -n 20 -P "$(nproc)" curlylint --quiet < <(parsable)
step "static files" like_production python manage.py collectstatic --noinput --verbosity 0
LMS_PATTERN_DATABASE=$(python -m infra.pattern) && export LMS_PATTERN_DATABASE || code=1
tests "pytest rules, rooms, rim, architecture" -n auto -m "not journey and not kill and not media"
if [ "${1:-fast}" = all ]; then
    LMS_CHROMIUM=$(python -m infra.chromium) && export LMS_CHROMIUM || code=1
    export LMS_TEST_HOUSES=$scratch/houses # made by whoever needs one first, copied by the others
    chmod 0711 "$scratch"                  # the account of the servers passes through
    tests "pytest media" -m "media and not journey and not kill"
    # They wait more than they work, so side by side, the journeys in two houses; and in processes of their own: the
    # browser's event loop would still run where the others use the database from the same thread.
    tests "pytest kills" -m "kill and not journey" >"$scratch/kills.told" 2>&1 &
    tests "pytest journeys" -m "journey" -n 2 --dist loadfile --no-loadscope-reorder
    wait
    cat "$scratch/kills.told"
    # Clients that cheat, against the real processes: what each was credited, and what it was entitled to.
    step "zoo" python -m tests.adversary --short --out "$scratch/zoo"
fi

if [ -f "$scratch/failed" ]; then # also by a step in the background
    echo "FAILED: $(paste -sd, "$scratch/failed")"
    code=1
fi
python -m infra.totals "$scratch"/pytest*.log
exit $code
