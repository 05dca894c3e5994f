#!/usr/bin/env bash
# Stores every file below a folder in a running zspool, reads all of them back and compares them
# byte for byte. Needs curl and the standard tools.
#
#   examples/load.sh DIR [URL]      URL is http://localhost:8080 unless given
#
# A blob's handle is made of the folder's name and the file's number in it, so loading a folder twice
# replaces its blobs.
set -euo pipefail

dir=${1:?usage: examples/load.sh DIR [URL]}
url=${2:-http://localhost:8080}
pool=$url/v1/pools/default
batch=200

say() { printf '%s\n' "$*"; }
die() {
    printf 'load.sh: %s\n' "$*" >&2
    exit 1
}

[ -d "$dir" ] || die "$dir is no folder"
dir=$(cd -- "$dir" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One number out of the pool's statistics.
number() { curl -fsS "$pool" | sed -n "s/.*\"$1\" *: *\([0-9]*\).*/\1/p"; }

curl -fsS "$pool" >/dev/null 2>&1 || die "no zspool answers at $url; start one with ./zspool run"

# A value as curl's configuration file wants it, whatever is in a file's name.
quoted() {
    local value=${1//\\/\\\\}
    value=${value//\"/\\\"}
    value=${value//$'\n'/\\n}
    value=${value//$'\t'/\\t}
    value=${value//$'\r'/\\r}
    printf '"%s"' "$value"
}

files=()
logical=0
while IFS=/ read -r -d '' size file; do
    files+=("$file")
    logical=$((logical + size))
done < <(find "$dir" -type f -readable -printf '%s/%p\0' | sort -z -t / -k 2)
count=${#files[@]}
((count > 0)) || die "no readable file below $dir"
prefix=$(printf '%s' "$dir" | sha1sum | cut -c 1-8)
handles=()
for ((i = 0; i < count; i++)); do
    printf -v handle '%s-%07d' "$prefix" "$i"
    handles+=("$handle")
done

# Runs curl over the files from $2 on, at most $batch of them; $1 makes the lines for one.
transfer() {
    local i=$2 end=$(($2 + batch))
    ((end <= count)) || end=$count
    for (( ; i < end; i++)); do
        say 'globoff'
        say 'silent'
        say 'show-error'
        "$1" "${files[i]}" "${handles[i]}"
        say "url = \"$pool/blobs/${handles[i]}\""
        ((i + 1 == end)) || say 'next'
    done >"$work/curl.conf"
    curl -K "$work/curl.conf" >"$work/curl.out" || die "curl failed: $(tail -n 1 "$work/curl.out")"
}
putting() {
    say "upload-file = $(quoted "$1")"
    say 'header = "Content-Type: application/octet-stream"'
    say 'header = "Expect:"'
    say "output = \"$work/answer\""
    say "write-out = \"%{http_code} $2\\n\""
}
getting() {
    say "output = \"$work/back/$2\""
    say "write-out = \"%{http_code} $2\\n\""
}
expect() {
    local refused
    refused=$(grep -Ev "^($1) " "$work/curl.out" | head -n 1) || true
    [ -z "$refused" ] || die "$2 was answered ${refused%% *} for handle ${refused#* }: $(cat "$work/answer" 2>/dev/null)"
}
progress() {
    local done=$(($2 + batch))
    ((done <= count)) || done=$count
    say "$1 $done of $count files"
}

for ((from = 0; from < count; from += batch)); do
    transfer putting "$from"
    expect '201|204' PUT
    progress stored "$from"
done

for ((from = 0; from < count; from += batch)); do
    rm -rf "$work/back"
    mkdir "$work/back"
    transfer getting "$from"
    expect 200 GET
    for ((i = from; i < from + batch && i < count; i++)); do
        back=$work/back/${handles[i]}
        # curl leaves no file for an empty body.
        [ -e "$back" ] || : >"$back"
        cmp -s -- "${files[i]}" "$back" || die "${files[i]} came back different"
    done
    progress compared "$from"
done

in_pool=$(number orig_data_size)
pages=$(number mem_used_total)
say "files          $count, all identical"
say "logical bytes  $logical"
say "The pool as a whole:"
say "logical bytes  $in_pool"
say "stored bytes   $(number compr_data_size)"
say "pool bytes     $pages"
say "ratio          $(awk -v pool="$pages" -v logical="$in_pool" \
    'BEGIN { printf "%.3f pool bytes a logical byte", logical ? pool / logical : 0 }')"
