/// Words that stand in values and not as keys: names of errors, signals and types.
package enum LanguageWords {
    /// A word with what it means: one line, no full stop.
    package struct Word: Sendable, Hashable {
        package let name: String
        package let meaning: String

        init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    /// The error classes of flowrun, which `autoretry_for` and `dont_autoretry_for` can name (SPEC 4).
    package static let errorClasses: [Word] = [
        Word("Exception", "any failure but 'TimeLimitExceeded' and 'WorkerLostError', which have to be named"),
        Word("TaskError", "the program failed, by its exit code or a signal"),
        Word("ArgumentError", "an argument does not fit its type; retried only where it is named"),
        Word("ResultError", "the output does not fit 'returns'; retried only where it is named"),
        Word("ExpressionError", "an expression has no value; retried only where it is named"),
        Word("SoftTimeLimitExceeded", "the soft time limit ended the task"),
        Word("TimeLimitExceeded", "the time limit ended the task"),
        Word("WorkerLostError", "the worker died while the task ran"),
        Word("HTTPError", "the answer to a request was not an expected one"),
    ]

    /// The signals that `soft_signal` can name, with or without `SIG` before them.
    package static let signals = [
        "TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "ALRM", "CONT", "WINCH", "PIPE", "KILL", "STOP",
    ]

    /// The types that a single word names (SPEC 4).
    package static let types: [Word] = [
        Word("any", "any value"),
        Word("null", "null"),
        Word("none", "the same as 'null'"),
        Word("bool", "true or false"),
        Word("int", "a whole number of 64 bits"),
        Word("float", "a number"),
        Word("string", "a text"),
        Word("text", "the same as 'string'"),
        Word("json", "any value, read as JSON"),
        Word("lines", "a list of texts, one for each line"),
        Word("path", "a text that is a path"),
        Word("list", "a list of any values"),
        Word("object", "a mapping"),
    ]
}
