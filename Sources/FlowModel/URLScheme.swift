import FlowDiagnostics

/// The schemes of the URLs in settings.
package enum URLScheme {
    /// What a URL leads to.
    package enum Use: Sendable, Hashable { case broker, results, web }

    /// The transports of Celery's brokers.
    ///
    /// Source: `TRANSPORT_ALIASES` of kombu.
    private static let brokers = [
        "redis", "rediss", "redis+socket", "amqp", "amqps", "pyamqp", "librabbitmq", "sentinel", "sqs", "SQS",
        "filesystem", "memory", "mongodb", "mongodb+srv", "azureservicebus", "azurestoragequeues", "confluentkafka",
        "consul", "etcd", "gcpubsub", "pyro", "qpid", "slmq", "SLMQ", "zookeeper",
    ]

    /// Where Celery keeps results.
    ///
    /// Source: `BACKEND_ALIASES` of Celery.
    private static let backends = [
        "redis", "rediss", "redis+socket", "sentinel", "rpc", "mongodb", "mongodb+srv", "file", "arangodb",
        "azureblockblob", "cassandra", "consul", "cosmosdbsql", "couchbase", "couchdb", "dynamodb", "elasticsearch",
        "gs", "s3",
    ]

    private static let databases = ["sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql", "postgres"]

    private static func names(for use: Use) -> (schemes: [String], prefixes: [String], word: String) {
        switch use {
        case .broker: (brokers, ["sqla", "sqlalchemy"], "broker")
        case .results: (backends, ["db", "cache", "elasticsearch"], "result backend")
        case .web: (["http", "https"], [], "service")
        }
    }

    /// The scheme of a URL and what stands behind `://`; nil for any other text.
    static func split(_ text: String) -> (scheme: String, rest: String)? {
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        let rest = text.dropFirst(scheme.count)
        guard scheme.first?.isLetter == true, rest.hasPrefix("://") else { return nil }
        return (String(scheme), String(rest.dropFirst(3)))
    }

    /// Why a text is no URL that flowrun or Celery knows for this use; nil when it is.
    ///
    /// The message shows nothing of the URL but its scheme, since the rest may hold a password.
    static func problem(with text: String, for use: Use) -> Setting.Problem? {
        let (schemes, prefixes, word) = names(for: use)
        if use == .results, text == "disabled" { return nil }
        let example =
            switch use {
            case .broker: "amqp://HOST or redis://HOST"
            case .results: "redis://HOST or db+postgresql://HOST/NAME"
            case .web: "https://HOST"
            }
        guard let (scheme, rest) = split(text) else {
            let isScheme = schemes.contains(text) && use == .results
            return Setting.Problem(
                "takes the URL of a \(word), such as \(example)", replacement: isScheme ? "\(text)://" : nil)
        }
        guard isKnown(scheme, schemes, prefixes) else {
            let lower = scheme.lowercased()
            let right =
                isKnown(lower, schemes, prefixes) ? lower : meant(lower, schemes: schemes, prefixes: prefixes, use)
            let hint = right.map { "; did you mean '\($0)'?" } ?? ", such as \(example)"
            return Setting.Problem(
                "takes the URL of a \(word), and '\(scheme)' is none\(hint)",
                replacement: right.map { "\($0)://\(rest)".yaml })
        }
        guard !rest.contains(where: \.isWhitespace) else {
            return Setting.Problem("takes a URL, which holds no white space")
        }
        return nil
    }

    private static func isKnown(_ scheme: String, _ schemes: [String], _ prefixes: [String]) -> Bool {
        if schemes.contains(scheme) { return true }
        guard let plus = scheme.firstIndex(of: "+") else { return false }
        return prefixes.contains(String(scheme[..<plus])) && scheme[plus...].utf8.count > 1
    }

    /// The known scheme that is nearest to an unknown one.
    private static func meant(
        _ scheme: String, schemes: [String], prefixes: [String], _ use: Use
    ) -> String? {
        let stem = String(scheme.prefix { $0 != "+" })
        if databases.contains(stem) {
            let right = stem == "postgres" ? "postgresql" + scheme.dropFirst(stem.utf8.count) : scheme
            return prefixes.first.map { "\($0)+\(right)" }
        }
        if use == .results, stem == "memcached" || stem == "memcache" { return "cache+memcached" }
        if use == .broker, stem == "rabbitmq" { return "amqp" }
        if stem != scheme, let prefix = Suggestion.nearest(to: stem, among: prefixes) {
            return prefix + scheme.dropFirst(stem.utf8.count)
        }
        return Suggestion.nearest(to: scheme, among: schemes)
    }
}
