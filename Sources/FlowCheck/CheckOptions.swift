package import FlowValue
package import FlowYAML

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
    /// How the events of the file come to who composes a document of them; nil for in place.
    package var supply: YAMLSupply?
    /// Settings from outside the file.
    package var settings = OuterSettings()

    package init() {}
}
