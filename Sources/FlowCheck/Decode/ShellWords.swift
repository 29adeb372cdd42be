/// Which words of an argv are program text to somebody who reads it again (SPEC 3).
enum ShellWords {
    private static let interpreters: Set<String> = [
        "sh", "bash", "dash", "zsh", "ksh", "fish", "ash", "busybox", "python", "python3", "perl", "ruby", "node",
        "php",
        "awk", "gawk", "mawk", "lua", "tclsh", "Rscript", "psql", "sqlite3",
    ]
    /// Programs that hand all that follows to a shell.
    private static let handOn: Set<String> = ["ssh", "eval", "watch", "parallel"]

    /// The positions of words that are code: what follows a code option of an interpreter, or a program such as `ssh`.
    static func code(_ words: [String]) -> [Int] {
        var positions: [Int] = []
        var isInterpreter = false
        var isHandedOn = false
        var isSubstituteUser = false
        var isXargs = false
        var codeIsNext = false
        for (position, word) in words.enumerated() {
            let name = word.split(separator: "/").last.map(String.init) ?? word
            if isHandedOn || codeIsNext { positions.append(position) }
            codeIsNext = (isInterpreter && isCodeOption(word)) || (isSubstituteUser && word == "-c")
            if isXargs, word.hasPrefix("-I") { isHandedOn = true }
            if interpreters.contains(name) { isInterpreter = true }
            if handOn.contains(name) { isHandedOn = true }
            if name == "su" || name == "runuser" { isSubstituteUser = true }
            if name == "xargs" { isXargs = true }
        }
        return positions
    }

    /// `-c`, `-e`, and bundles that end in one, such as `-lc`.
    private static func isCodeOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), !word.hasPrefix("--"), let last = word.last else { return word == "--eval" }
        return word.utf8.count <= 6 && (last == "c" || last == "e" || last == "E" || last == "r")
    }
}
