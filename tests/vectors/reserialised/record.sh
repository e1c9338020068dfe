#!/bin/sh
# Records how real JSON libraries re-serialise the texts of inputs.json, into recordings.tsv:
# `style<TAB>input<TAB>output as hex` a line, and the versions used in VERSIONS.
# Debian 12: apt-get install python3 nodejs php-cli golang-go ruby ruby-activesupport default-jdk-headless \
#            libjackson2-databind-java libgoogle-gson-java
set -eu
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
java=/usr/share/java
jars=$java/jackson-core.jar:$java/jackson-databind.jar:$java/jackson-annotations.jar:$java/gson.jar
python3 make_inputs.py > inputs.json
{
  python3 python.py inputs.json
  node javascript.js inputs.json
  php php.php inputs.json
  go run golang.go inputs.json
  ruby ruby.rb inputs.json
  java -cp "$jars" Java.java inputs.json
} > recordings.tsv
{
  python3 --version
  echo "node $(node --version)"
  php --version | head -n 1 | cut -d ' ' -f 1,2
  go version | cut -d ' ' -f 1-3
  ruby -rjson -ractive_support -e 'puts "ruby #{RUBY_VERSION}, json #{JSON::VERSION}, activesupport #{ActiveSupport.version}"'
  java --version | head -n 1 | cut -d ' ' -f 1,2
  dpkg-query -W libjackson2-databind-java libgoogle-gson-java
} > VERSIONS
