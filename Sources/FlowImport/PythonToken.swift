/// One token of a Python file.
struct PythonToken {
    enum Kind: Equatable {
        case name(String)
        /// A number as it is written.
        case number(String)
        /// A string's value.
        case string(String)
        /// A string whose value is not known until the program runs, or is no text; says why.
        case unreadableString(String)
        /// An operator or bracket.
        case mark(String)
    }

    let kind: Kind
    let line: Int

    func isMark(_ text: String) -> Bool {
        kind == .mark(text)
    }

    var name: String? {
        if case .name(let name) = kind { name } else { nil }
    }
}

/// A statement's line, with all that brackets and backslashes join to it.
struct PythonLine {
    /// Columns before the first token.
    var indent: Int
    /// Where it begins, from 1.
    var line: Int
    /// Never empty.
    var tokens: [PythonToken]
    /// The comments that stand directly above it, without `#` and one space.
    var comments: [String]
    var hasBlankLineAbove: Bool
}
