package import FlowValue

/// How a file is checked.
package struct CheckOptions: Sendable {
    package enum Purpose: Sendable {
        /// Everything that the language has is right.
        case lint
        /// What this version cannot run yet is refused.
        case run
    }

    package var purpose = Purpose.lint
    /// Whether warnings are errors, and matters of hygiene are looked at.
    package var isStrict = false
    /// The present time, for dates that lie in the past; nil to leave them alone.
    package var now: Timestamp?
    /// Whether the scripts of the file are wanted, for a linter of shell scripts.
    package var wantsScripts = false
    /// Settings from outside the file.
    package var settings = OuterSettings()

    package init() {}
}
