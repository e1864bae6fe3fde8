"""Settings of the book: `make book`, or `sphinx-build docs build/book`."""

import sys
from pathlib import Path

import tlcourse

# For `book`, one of the extensions below.
sys.path.insert(0, str(Path(__file__).parent))

project = "tlcourse"
author = "the authors of tlcourse"
copyright = "the authors of tlcourse; text and figures CC BY 4.0, code Apache License 2.0"
version = release = tlcourse.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "book",
]
exclude_patterns = ["_build"]

# What a lesson shows is what its own run stored: the book never computes.
nb_execution_mode = "off"
nb_merge_streams = True
# Widgets are left out by `book`, so their scripts, which come from a public server, are not asked for either.
nb_ipywidgets_js = {}
nb_number_source_lines = False
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
html_math_renderer = "mathml"

default_role = "py:obj"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True
# Names of other libraries, and words such as "array of shape (n,)", have no page here to link to.
nitpick_ignore_regex = [(r"py:.*", r"(?!tlcourse).*")]

# The list of modules would repeat the contents.
html_domain_indices = False
html_theme = "sphinx_book_theme"
html_title = "Transfer learning, measured"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["book.css"]
# Unset, the theme's script complains in the browser's console before it falls back to this.
html_context = {"default_mode": "auto"}
# No logo: the first entry of the contents is the way home.
html_sidebars = {"**": ["search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "navbar_persistent": [],
    "use_fullscreen_button": False,
}
