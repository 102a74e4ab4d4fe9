"""Static files under names that carry their hash, imports between ES modules included."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Every `import … from "./x.js";` that ends with a semicolon is rewritten to the hashed name; one without it is not."""

    support_js_module_import_aggregation = True
