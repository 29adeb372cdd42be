package import FlowValue

/// What a person asked of one run, besides its parameters.
package struct RunDirectives: Sendable, Hashable {
    /// `--until`: what this step does not need is skipped.
    package var until: String?
    /// `retry RUN STEP…`: what these steps do not need, and what does not follow from them, is skipped.
    package var only: [String] = []
    /// `--fail-fast`: the first failure starts nothing more.
    package var failsFast = false
    /// The run that this one tries again.
    package var retryOf: String?

    package init() {}

    /// Reads what ``json`` gave; what is not known is left alone.
    package init(_ json: JSONObject) {
        if case .string(let until)? = json["until"] { self.until = until }
        if case .array(let only)? = json["only"] {
            self.only = only.compactMap { if case .string(let id) = $0 { id } else { nil } }
        }
        failsFast = json["fail_fast"] == .bool(true)
        if case .string(let run)? = json["retry_of"] { retryOf = run }
    }

    package var json: JSONObject {
        var json = JSONObject()
        if let until { json.append("until", .string(until)) }
        if !only.isEmpty { json.append("only", .array(only.map { .string($0) })) }
        if failsFast { json.append("fail_fast", .bool(true)) }
        if let retryOf { json.append("retry_of", .string(retryOf)) }
        return json
    }
}
