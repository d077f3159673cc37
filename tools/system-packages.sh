#!/bin/sh
# Installs the Debian packages petipa uses when this is a Debian with apt-get and root; elsewhere says what is missing.
# Nothing here is fatal: without a browser there is no film, without FluidSynth a plainer sound.
set -u

have() { command -v "$1" >/dev/null 2>&1; }

if have dpkg-query && have apt-get; then
    wanted="chromium-headless-shell libegl1 libgl1-mesa-dri fluidsynth fluid-soundfont-gm"
    have npm || { have node || wanted="$wanted nodejs"; wanted="$wanted npm"; }
    python3 -c 'import ensurepip, venv' 2>/dev/null || wanted="$wanted python3-venv"
    missing=""
    for package in $wanted; do
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | cut -c1-2)" = "ii" ] || missing="$missing $package"
    done
    [ -z "$missing" ] && exit 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "make: going on without these Debian packages (film, page or full sound may be missing):$missing"
        echo "      to have them: sudo apt-get install --no-install-recommends$missing"
        exit 0
    fi
    export DEBIAN_FRONTEND=noninteractive
    echo "make: installing Debian packages:$missing"
    # One list refresh, then each alone if together they fail: one unknown name must not cost the others.
    apt-get update -qq || echo "make: apt-get update failed; trying with the list at hand"
    # shellcheck disable=SC2086  # a list of names, meant to be split
    apt-get install -y -qq --no-install-recommends $missing >/dev/null || for package in $missing; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "make: could not install $package; going on without it"
    done
    exit 0
fi

missing=""
have fluidsynth || missing="$missing fluid-synth"
have npm || missing="$missing node"
[ -z "$missing" ] && exit 0
if have brew; then
    echo "make: for everything petipa can do, run: brew install$missing   (and have Chrome or Chromium for the film)"
else
    echo "make: going on without:$missing (install them by your system's means for page, film and full sound)"
fi
exit 0
