import { COMPLETE } from './entry.ts';

/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

/**
 * What a shell reads to complete `slipway`. It asks the program that is being completed, so that a newer version has its own commands, and a
 * script that was written to a file needs no renewal.
 */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

// Readline splits words at = and : too, and replaces only what is behind the last of them (bash(1), COMP_WORDBREAKS). bash 3.2 has no compopt.
const BASH = `# bash completion of slipway: source <(slipway completion bash)
_slipway() {
    local line=\${COMP_LINE:0:COMP_POINT} words=() i word rest program kind candidate cut
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        rest=\${line#"\${line%%[![:space:]]*}"}
        [[ $i -eq $COMP_CWORD ]] && word=$rest
        if [[ $i -gt 0 && -n $word && $rest == "$line" ]]; then
            words[\${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        line=\${rest#"$word"}
    done
    for ((i = 1; i < \${#words[@]}; i++)); do
        word=\${words[i]}
        case $word in
        \\"* | \\'*) word=\${word:1} ; word=\${word%["\\"'"]} ;;
        *) word=\${word//\\\\/} ;;
        esac
        words[i]=$word
    done
    program=\${words[0]/#\\~/$HOME}
    type -P -- "$program" >/dev/null || program=slipway
    COMPREPLY=()
    {
        read -r kind
        while IFS=$'\\t' read -r candidate _; do
            COMPREPLY+=("$candidate")
        done
    } < <("$program" ${COMPLETE} -- "\${words[@]:1}" 2>/dev/null)
    cut=\${words[\${#words[@]} - 1]}
    cut=\${cut%"\${cut##*["\${COMP_WORDBREAKS//[^=:]/}"]}"}
    COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
    case $kind in
    files) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$2")) ;;
    directories) compopt -o dirnames -o filenames 2>/dev/null || COMPREPLY=($(compgen -d -- "$2")) ;;
    *) compopt -o nosort 2>/dev/null ;;
    esac
}
complete -F _slipway slipway
`;

const ZSH = `#compdef slipway
# zsh completion of slipway: source <(slipway completion zsh), or this file as _slipway in a folder of $fpath
_slipway() {
    local program=\${(Q)words[1]/#\\~/$HOME} kind line
    local -a lines offers
    (( $+commands[$program] )) || [[ -x $program ]] || program=slipway
    lines=("\${(@f)$("$program" ${COMPLETE} -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
    kind=$lines[1]
    case $kind in
    files) compset -P '--*=' ; _files ;;
    directories) compset -P '--*=' ; _files -/ ;;
    words)
        for line in "\${(@)lines[2,-1]}"; do
            offers+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
        done
        (( $#offers )) && _describe -V -t values value offers
        ;;
    esac
}
if [[ $funcstack[1] == _slipway ]]; then
    _slipway "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _slipway slipway
fi
`;

const FISH = `# fish completion of slipway: slipway completion fish | source
function __slipway_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    command -q $program; or set program slipway
    set -l lines (command $program ${COMPLETE} -- $words[2..-1] (string unescape -- $current; or echo -- $current) 2>/dev/null)
    set -l option (string match -r -- '^--[^=]+=' $current; or echo)
    set -l path (string replace -- "$option" '' $current)
    switch "$lines[1]"
        case files
            printf '%s\\n' $option(__fish_complete_path $path)
        case directories
            printf '%s\\n' $option(__fish_complete_directories $path '')
        case words
            printf '%s\\n' $lines[2..-1]
    end
end
complete -c slipway -e
complete -c slipway -k -f -a '(__slipway_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
