# Sourced by the bench's scripts: finds Java, and builds or resolves what they need. They set `name`.

root=$(cd "$(dirname "$0")/.." && pwd)
target=$root/bench/target

say() { printf 'bench/%s: %s\n' "$name" "$1" >&2; }

# A JDK of 25 or later: JAVA_HOME if it is one, else the first of the usual places.
find_java() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk*; do
        if [ -x "$home/bin/java" ] \
            && grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release"; then
            printf '%s\n' "$home/bin/java"
            return
        fi
    done
    say "needs a JDK of 25 or later: install one and set JAVA_HOME to it"
    exit 1
}

# Whether $1 is missing or older than one of the other arguments' files.
outdated() {
    local product=$1
    shift
    [ ! -e "$product" ] || [ -n "$(find "$@" -newer "$product" -print -quit)" ]
}

# Builds the module bench/target/classpath belongs to; what follows goes to Maven too.
build_bench() {
    say "building the bench"
    mvn -q -f "$root/pom.xml" -am -DskipTests "$@" test-compile \
        dependency:build-classpath -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime
    touch "$target/classpath" # Maven leaves a file alone that would be the same.
}

# Builds the distribution that is measured, where it is older than what it is made of: the launcher builds one only when
# there is none, and what was pulled or edited since would not be measured.
build_distribution() {
    local parts=(codegen ports protocol log client broker cli) part sources=("$root/pom.xml")
    for part in "${parts[@]}"; do
        sources+=("$root/$part/src/main" "$root/$part/pom.xml")
    done
    if [ ! -d "$root/cli/target/dist/lib" ] || outdated "$target/distribution" "${sources[@]}"; then
        say "building the distribution"
        mvn -q -f "$root/pom.xml" -pl cli -am -DskipTests package
        "$root/bin/octavo" server --help >/dev/null # makes the cache that a start uses
        touch "$target/distribution"
    fi
}

# Of what the distribution is built: the commit, whether anything differs from it, and today.
build_of() {
    local id
    if id=$(git -C "$root" rev-parse --short HEAD 2>/dev/null); then
        git -C "$root" diff --quiet HEAD -- codegen ports protocol log client broker cli bin || id="$id and changes"
    fi
    printf '%s, %s\n' "${id:-no commit}" "$(date -u +%F)"
}

# Ends with the help of the main class $1 when the arguments behind ask for it: that takes no broker.
help_asked() {
    case " ${*:2} " in
        *' --help '* | *' -h '*) exec "$java" -cp "$target/classes:$(cat "$target/classpath")" "$1" --help ;;
    esac
}

# The class path of the broker whose pom is in bench/$1, in $target/$1.classpath.
resolve() {
    if outdated "$target/$1.classpath" "$root/bench/$1/pom.xml"; then
        say "resolving $2 from Maven Central"
        mvn -q -f "$root/bench/$1/pom.xml" dependency:build-classpath \
            -Dmdep.outputFile="$target/$1.classpath"
        touch "$target/$1.classpath"
    fi
}

# The version that the pom in bench/$1 names.
version_of() { sed -nE "s:.*<$1.version>(.*)</$1.version>.*:\1:p" "$root/bench/$1/pom.xml"; }

java=$(find_java)
mkdir -p "$target"
classes=$target/classes:$root/ports/target/classes
