#!/bin/sh
# Every message as a line of JSON, by Server-Sent Events. Nothing but curl is needed.
#
#   sh events.sh http://localhost:8080 greenhouse
#   sh events.sh | jq 'select(.type == "reading").values'
gateway=${1:-http://localhost:8080}
boards=${2:-*}

curl --fail --silent --show-error --no-buffer --get --data-urlencode "boards=$boards" "$gateway/api/events" |
  while IFS= read -r line; do
    case $line in
      "data: "*) printf '%s\n' "${line#data: }" ;;
    esac
  done
