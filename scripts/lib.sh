# What the scripts share: the packages that each needs, and how they are installed. Sourced, not run.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Debian 12 keeps the Boost that has URL in packages with its version in their names.
boost_packages() {
    local codename=
    [ -r /etc/os-release ] && codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    if [ "$codename" = bookworm ]; then
        echo libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
    else
        echo libboost-dev libboost-json-dev libboost-url-dev
    fi
}

# Prints the packages for a purpose: build, test, lint or fuzz.
packages_for() {
    case $1 in
        build)
            echo g++ cmake ninja-build pkg-config libgmime-3.0-dev libsodium-dev libzxcvbn-dev libsqlite3-dev \
                libspdlog-dev libfmt-dev libcli11-dev libcjose-dev libjansson-dev libssl-dev \
                libcurl4-openssl-dev libpq-dev libdeflate-dev libxxhash-dev liblz4-dev prometheus-cpp-dev python3 python3-yaml \
                "$(boost_packages)"
            ;;
        test) echo libgtest-dev libgmock-dev libbenchmark-dev python3 python3-pytest python3-hypothesis python3-jsonschema python3-cryptography \
            postgresql redis-server dovecot-imapd openssl ;;
        lint) echo clang-19 clang-format-19 clang-tidy-19 python3 ;;
        fuzz) echo clang-19 libclang-rt-19-dev ;;
        *) fail "no packages are listed for '$1'" ;;
    esac
}

missing_packages() {
    local package
    for package in "$@"; do
        case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
            ii* | hi*) ;;
            *) echo "$package" ;;
        esac
    done
}

# Whether there is a person to ask.
interactive() { [ "${CI:-}" != true ] && [ -t 0 ] && [ -t 2 ]; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; elif interactive; then sudo "$@"; else sudo --non-interactive "$@"; fi
}

# need_packages PURPOSE...: installs what is missing for these purposes, after asking a person before sudo is used.
need_packages() {
    local purpose wanted=() missing install=(apt-get install --yes --no-install-recommends --no-remove)
    for purpose in "$@"; do
        read -ra packages <<<"$(packages_for "$purpose")"
        wanted+=("${packages[@]}")
    done
    if ! command -v apt-get dpkg-query >/dev/null; then
        say "This system has no apt; these Debian packages, or what they are called here, are needed: ${wanted[*]}"
        return
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}" | sort -u)
    [ ${#missing[@]} -eq 0 ] && return
    say "Packages to install: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "sudo is missing. As root, run: ${install[*]} ${missing[*]}"
        if interactive; then
            local answer
            read -r -p "Install them with sudo apt-get? [Y/n] " answer
            case $answer in [nN]*) fail "not installed. To do it yourself: sudo ${install[*]} ${missing[*]}" ;; esac
        fi
    fi
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update --quiet=2 || fail "apt-get update did not work; see its message above"
    as_root "${install[@]}" --quiet=2 "${missing[@]}" >/dev/null || fail "the packages could not be installed" \
        "without removing others. See why with: sudo apt-get install ${missing[*]}"
}

# configure PRESET [CMAKE OPTION...]: once; later only when an option differs.
configure() {
    local preset=$1 option
    shift
    if [ -f "build/$preset/build.ninja" ]; then
        local changed=
        for option in "$@"; do
            option=${option#-D}
            grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "build/$preset/CMakeCache.txt" || changed=yes
        done
        [ -z "$changed" ] && return
    fi
    cmake --preset "$preset" "$@" >/dev/null
}

# build PRESET TARGET...: shows ninja's progress.
build() {
    local preset=$1
    shift
    say "Building ($preset)"
    cmake --build --preset "$preset" --target "$@" >&2
}

# need_pgvector: for the server that the test packages bring. Where the distribution has none (Debian 12) it is built
# from the source package of the next release, against the headers of the server's -dev package, which is unpacked
# only: to install it would bring a whole LLVM.
need_pgvector() {
    local version server share work mirror
    version=$(sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' <(apt-cache depends postgresql 2>/dev/null))
    [ -n "$version" ] || return 0
    server=/usr/lib/postgresql/$version/lib share=/usr/share/postgresql/$version/extension
    [ -f "$share/vector.control" ] && return
    if apt-cache show "postgresql-$version-pgvector" >/dev/null 2>&1; then
        as_root apt-get install --yes --no-install-recommends --quiet=2 "postgresql-$version-pgvector" >/dev/null
        return
    fi
    # From where this system's own packages come.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" |
        head -n 1)
    say "Building pgvector for PostgreSQL $version"
    work=$(mktemp -d)
    (
        cd "$work"
        mkdir -p lists/partial
        echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
        local apt=(apt-get --quiet=2 -o APT::Sandbox::User=root -o "Dir::Etc::SourceList=$work/sources.list"
            -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists")
        "${apt[@]}" update
        "${apt[@]}" source --download-only pgvector
        apt-get --quiet=2 -o APT::Sandbox::User=root download "postgresql-server-dev-$version"
        dpkg --extract postgresql-server-dev-*.deb headers
        tar --extract --strip-components=1 --file pgvector_*.orig.tar.gz
        gcc -shared -fPIC -O2 -ftree-vectorize -fassociative-math -fno-signed-zeros -fno-trapping-math -Wno-all \
            -I src -I "headers/usr/include/postgresql/$version/server" -o vector.so src/*.c -lm
        release=$(sed -n "s/^default_version = '\(.*\)'/\1/p" vector.control)
        cp sql/vector.sql "vector--$release.sql"
        as_root install -m 644 vector.so "$server/"
        as_root install -m 644 vector.control "vector--$release.sql" "$share/"
    ) || fail "pgvector could not be built; see above. docs/operations.md says what it is needed for"
    rm -rf "$work"
}
