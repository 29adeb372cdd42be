import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowYAML

/// FR802: a credential that stands in the file itself: a text that looks like one, or a variable with the name of one.
struct Credentials {
    private var decoder: WorkflowDecoder
    private var seen: Set<YAMLNodeID> = []

    static func check(_ decoder: inout WorkflowDecoder) {
        guard !decoder.document.isEmpty else { return }
        var credentials = Credentials(decoder: decoder)
        credentials.checkNames()
        credentials.checkTexts()
        decoder = credentials.decoder
    }

    private init(decoder: WorkflowDecoder) {
        self.decoder = decoder
    }

    private var document: YAMLDocument { _read { yield decoder.document } }

    /// Texts that look like a credential wherever they stand.
    private mutating func checkTexts() {
        guard CredentialText.mayStand(in: document.source) else { return }
        var found: [(YAMLNodeID, String)] = []
        document.forEachNamedScalar { _, node in
            guard let kind = CredentialText.kind(of: document.text(node), named: nil) else { return }
            found.append((node, kind))
        }
        for (node, kind) in found { report(node, kind) }
    }

    /// Values of names that say what they are, where names are the user's own: variables, arguments, headers.
    private mutating func checkNames() {
        var mappings: [YAMLNodeID] = []
        func add(_ node: YAMLNodeID, _ keys: [String]) {
            for (key, value) in document.entries(node) where keys.contains(document.text(key)) {
                mappings.append(value)
            }
        }
        let holders = [document.root] + decoder.taskPlaces.compactMap(\.node) + decoder.elaborateNodes
        for holder in holders where document.kind(holder) == .mapping {
            add(holder, ["env", "kwargs"])
            if let http = document.value(of: "http", in: holder) { add(http, ["headers", "query", "json"]) }
        }
        for mapping in mappings {
            for (key, value) in document.entries(mapping) where document.isString(value) {
                let (name, text) = (document.text(key), document.text(value))
                if let kind = CredentialText.kind(of: text, named: name) ?? Self.authorization(name, text) {
                    report(value, kind)
                }
            }
        }
    }

    /// What a header such as `Authorization: Bearer …` gives away; nil for any other.
    private static func authorization(_ name: String, _ text: String) -> String? {
        let words = text.split(separator: " ")
        guard name.lowercased() == "authorization", words.count == 2, words[1].utf8.count >= 8,
            ["bearer", "basic", "token"].contains(words[0].lowercased()), !text.contains("${{"),
            !words[1].hasPrefix("$")
        else { return nil }
        return "the credential of a request"
    }

    private mutating func report(_ node: YAMLNodeID, _ kind: String) {
        guard seen.insert(document.resolved(node)).inserted else { return }
        decoder.reader.report(
            Diagnostic(
                .literalCredential, "this looks like \(kind); keep it in 'secrets', which are never written down",
                at: document.span(node)))
    }
}
