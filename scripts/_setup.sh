# shellcheck shell=bash
# Sourced by the other scripts, after they have set `set -euo pipefail`.
# `setup demo` installs what the program needs into .venv, `setup test` the development tools as well.
# It is silent when there is nothing to do, and says what to type when it cannot go on.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
bin=$venv/bin
stamp=$venv/.installed

die() {
    printf 'dialer set-up: %s\n' "$@" >&2
    exit 1
}

# Runs a command without its output; shows the output when the command fails.
quietly() {
    local output
    output=$("$@" 2>&1 </dev/null) || {
        printf '%s\n' "$output" >&2
        die "this command failed: $*"
    }
}

# Prints the first Python that is new enough. A shim that does not start is no Python.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null </dev/null; then
            command -v "$name"
            return
        fi
    done
    die "Python 3.11 or newer is needed; found: $(python3 --version 2>/dev/null || echo none)." \
        "On Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv" \
        "On Ubuntu 22.04: sudo apt-get install python3.11 python3.11-venv"
}

# Installs a package of Debian's or Ubuntu's; dies with the words given when that cannot be done here.
apt_install() {
    local package=$1 as_root=()
    shift
    if ((EUID != 0)); then as_root=(sudo -n); fi
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then die "$@"; fi
    echo "installing $package" >&2
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"
}

# Debian and Ubuntu keep the part of Python that makes environments in a package of its own.
need_ensurepip() {
    local python=$1 package=python3-venv
    "$python" -c 'import ensurepip' 2>/dev/null </dev/null && return
    if [[ ${python##*/} != python3 ]]; then package=${python##*/}-venv; fi
    apt_install "$package" \
        "$python cannot make a virtual environment. Type: sudo apt-get install $package" "then start this script again."
}

# A server of its own for the tests behind a pooler. Who cannot install it can work without.
want_pgbouncer() {
    if PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null; then return; fi
    (apt_install pgbouncer "the tests behind a pooler are left out. To have them: sudo apt-get install pgbouncer") || true
}

# What the environment was made from: the two files, its own place (programs in bin/ name it) and the Python behind it.
fingerprint() {
    {
        printf '%s\n' "$root"
        readlink -f -- "$bin/python" || true
        cat -- "$root/pyproject.toml" "$root/constraints.txt"
    } | sha256sum | cut -d' ' -f1
}

# The stamp reads `<fingerprint> demo` or `<fingerprint> test`; the test set contains the demo set.
is_installed() {
    local made_from set
    [[ -r $stamp && -x $bin/python ]] || return 1
    read -r made_from set <"$stamp" || return 1
    [[ $set == "$1" || $set == test ]] && [[ $made_from == "$(fingerprint)" ]]
}

# Keeps an environment that works and was made in this place; anything else is made anew.
make_venv() {
    local python
    if "$bin/python" -c 'import pip, sys; sys.exit(sys.prefix != sys.argv[1])' "$venv" 2>/dev/null </dev/null &&
        grep -qF -- "$bin/" "$bin/pip" 2>/dev/null; then
        return
    fi
    python=$(find_python)
    need_ensurepip "$python"
    quietly "$python" -m venv --clear "$venv"
}

install() {
    local pip=("$bin/python" -m pip --disable-pip-version-check --no-input -q) group=()
    if [[ $1 == test ]]; then
        group=(--group "$root/pyproject.toml:dev")
        want_pgbouncer
    fi
    quietly "${pip[@]}" install -c "$root/constraints.txt" pip
    quietly "${pip[@]}" install -c "$root/constraints.txt" --build-constraint "$root/constraints.txt" -e "$root" "${group[@]}"
}

setup() {
    if is_installed "$1"; then return; fi
    (
        # One script at a time; the others wait here and then find the work done.
        flock 9
        if is_installed "$1"; then exit; fi
        echo "preparing $venv (once)" >&2
        rm -f -- "$stamp"
        make_venv
        install "$1"
        printf '%s %s\n' "$(fingerprint)" "$1" >"$stamp"
    ) 9<"$root/scripts"
}
