# Reads VNCOPTIONS as KasmVNC images do: words, `-Name value` or `-Name=value`.
# Xvnc refuses to start on a parameter it does not know, so only known ones pass; and a fixed set of those, so that
# nobody opens a second listener or takes the socket away by an environment variable. Others are named and ignored.

declare -A VNC_PARAMETERS
for name in AcceptCutText AcceptKeyEvents AcceptPointerEvents AcceptSetDesktopSize AllowOverride AlwaysShared BlacklistThreshold \
  BlacklistTimeout CompareFB DisconnectClients FrameRate IdleTimeout MaxConnectionTime MaxCutText MaxDisconnectionTime \
  MaxIdleTime NeverShared RawKeyboard RemapKeys SendCutText SendPrimary SetPrimary ZlibLevel; do
  VNC_PARAMETERS[${name,,}]=$name
done

# Fills VNC_OPTIONS, an array ready for Xvnc's command line.
vnc_options() {
  local -a words
  local word name value
  read -r -a words <<<"$1"
  VNC_OPTIONS=()
  local -a ignored=()
  local i=0
  while [ $i -lt ${#words[@]} ]; do
    word=${words[$i]}
    i=$((i + 1))
    [[ $word == -* ]] || continue
    name=${word#-}
    value=1
    if [[ $name == *=* ]]; then
      value=${name#*=}
      name=${name%%=*}
    elif [ $i -lt ${#words[@]} ] && [[ ${words[$i]} != -[A-Za-z]* ]]; then
      value=${words[$i]}
      i=$((i + 1))
    fi
    [[ $name =~ ^[A-Za-z_]+$ ]] && name=${VNC_PARAMETERS[${name,,}]:-} || name=''
    if [ -n "$name" ] && [[ $value =~ ^[A-Za-z0-9.,:_-]*$ ]]; then
      VNC_OPTIONS+=("-$name" "$value")
    else
      ignored+=("${word%%=*}")
    fi
  done
  [ ${#ignored[@]} -eq 0 ] || printf 'berth-desktop: not taken from VNCOPTIONS: %s\n' "${ignored[*]}" >&2
}
