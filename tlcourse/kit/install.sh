#!/bin/sh
# Installs the course from this folder, with no network:
#
#   sh install.sh [FOLDER]     into FOLDER, or into tlcourse in your home folder
#
# PYTHON=/path/to/python chooses the interpreter; TLCOURSE_DATA=/shared/folder takes the assets that lie there
# instead of copying them. Run again, it repairs an installation and leaves your notebooks as they are.
set -eu
version="@PYTHON@"
system="@SYSTEM@"

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

kit=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-$HOME/tlcourse}
python=${PYTHON:-python$version}
command -v "$python" >/dev/null 2>&1 || python=python3
found=$("$python" -c 'import platform as p; print(".".join(p.python_version_tuple()[:2]), "on", p.system(), p.machine())') ||
    stop "No Python was found: install Python $version, or run: PYTHON=/path/to/python$version sh install.sh"
[ "$found" = "$version on $system" ] ||
    stop "This kit is for Python $version on $system, and $python is Python $found." \
        "Name another: PYTHON=/path/to/python$version sh install.sh"

echo "Checking the kit's files …"
if command -v sha256sum >/dev/null 2>&1; then sums=sha256sum; else sums="shasum -a 256"; fi
checked=$(cd "$kit" && $sums -c MANIFEST.sha256 2>&1) ||
    stop "The kit is damaged; copy it again: $(printf '%s\n' "$checked" | grep -v ': OK$')"

mkdir -p "$folder"
folder=$(CDPATH='' cd -- "$folder" && pwd)
echo "Installing into $folder …"
(cd "$kit/course" && find . -type f) | while IFS= read -r file; do
    [ -e "$folder/$file" ] && continue
    mkdir -p "$(dirname "$folder/$file")"
    cp "$kit/course/$file" "$folder/$file.part"
    mv "$folder/$file.part" "$folder/$file"
done

"$python" -m venv --clear "$folder/.venv" ||
    stop "$python cannot make an environment; on Debian and Ubuntu the package python3-venv is missing."
PIP_CONFIG_FILE=/dev/null "$folder/.venv/bin/python" -m pip --isolated install --quiet --disable-pip-version-check \
    --no-index --find-links "$kit/wheels" --no-deps --require-hashes --only-binary :all: -r "$kit/requirements.txt"

if [ -n "${TLCOURSE_DATA:-}" ]; then
    data=$TLCOURSE_DATA
else
    data=$folder/data/cache
    mkdir -p "$data"
    cp -Rp "$kit/assets/." "$data/"
fi
# However this environment's Python is started, by an editor too, it finds the data and needs no network.
"$folder/.venv/bin/python" - "$data" <<'END'
import pathlib, sys, sysconfig
settings = {"TLCOURSE_DATA": sys.argv[1], "TLCOURSE_OFFLINE": "1"}
line = "import os; " + "; ".join(f"os.environ.setdefault({name!r}, {value!r})" for name, value in settings.items())
pathlib.Path(sysconfig.get_path("purelib"), "tlcourse_kit.pth").write_text(line + "\n", "utf-8")
END
TLCOURSE_OFFLINE=1 "$folder/.venv/bin/tlcourse" fetch --all >/dev/null

echo "Done. Open the lessons with:"
echo "  cd '$folder' && .venv/bin/tlcourse lab"
