# bash completion for alohook. The candidates come from alohook itself: see `alohook __complete`.
_alohook() {
  local current=${COMP_WORDS[COMP_CWORD]} line word whole prefix glued= i n=0
  local -a words=()
  # Bash splits words at = and :, alohook needs them whole.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ n -gt 0 && ( -n $glued || $word == [=:]* ) ]]; then
      words[n - 1]+=$word
    else
      words[n++]=$word
    fi
    if [[ $word == [=:] ]]; then glued=yes; else glued=; fi
  done
  whole=${words[n - 1]}
  if [[ $current == [=:] ]]; then current=; fi
  prefix=${whole%"$current"}
  COMPREPLY=()
  while IFS= read -r line; do
    word=${line%%$'\t'*}
    case $word in
      :files) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$current")) ;;
      :directories) compopt -o filenames; COMPREPLY+=($(compgen -d -- "$current")) ;;
      "$whole"*)
        COMPREPLY+=("${word#"$prefix"}")
        if [[ $word == *= ]]; then compopt -o nospace; fi
        ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
}
complete -F _alohook alohook
