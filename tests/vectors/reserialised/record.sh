#!/bin/sh
# Records how real JSON libraries re-serialize the texts of inputs.json, into recordings.tsv:
# `style<TAB>input<TAB>output as hex` a line, and the versions used in VERSIONS.
# Debian 12: apt-get install python3 python3-ujson python3-rapidjson nodejs php-cli golang-go ruby ruby-activesupport \
#            default-jdk-headless libjackson2-databind-java libgoogle-gson-java libjson-xs-perl jq postgresql
# PostgreSQL doesn't run as root: there the user nobody runs it.
set -eu
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
java=/usr/share/java
jars=$java/jackson-core.jar:$java/jackson-databind.jar:$java/jackson-annotations.jar:$java/gson.jar
python3 make_inputs.py > inputs.json
{
  python3 python.py inputs.json
  /usr/bin/python3 python_libraries.py inputs.json
  node javascript.js inputs.json
  php php.php inputs.json
  go run golang.go inputs.json
  ruby ruby.rb inputs.json
  perl perl.pl inputs.json
  sh jq.sh inputs.json
  if [ "$(id -u)" = 0 ]; then
    shared=$(mktemp -d) && cp postgres.sh inputs.json "$shared" && chmod -R a+rX "$shared"
    (cd "$shared" && setpriv --reuid nobody --clear-groups sh ./postgres.sh inputs.json)
    rm -rf "$shared"
  else
    sh postgres.sh inputs.json
  fi
  java -cp "$jars" Java.java inputs.json
} > recordings.tsv
{
  python3 --version
  echo "node $(node --version)"
  php --version | head -n 1 | cut -d ' ' -f 1,2
  go version | cut -d ' ' -f 1-3
  ruby -rjson -ractive_support -e 'puts "ruby #{RUBY_VERSION}, json #{JSON::VERSION}, activesupport #{ActiveSupport.version}"'
  java --version | head -n 1 | cut -d ' ' -f 1,2
  jq --version
  "$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/postgres" --version
  dpkg-query -W libjackson2-databind-java libgoogle-gson-java libjson-xs-perl python3-ujson python3-rapidjson
} > VERSIONS
