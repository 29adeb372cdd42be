/// One setting: its name, the form of its value, its default and what flowrun does with it.
package struct Setting: Sendable, Hashable {
    /// The form that a value must have; `null` is allowed besides where `isNullable` says so.
    package enum Form: Sendable, Hashable {
        case bool
        /// A whole number within the bounds, which belong to it.
        case int(min: Int?, max: Int?)
        /// A whole number from 1, or `auto`.
        case intOrAuto
        case float
        /// A length of time, not negative: a number of seconds or the text of a duration such as `1h30m`.
        case seconds
        /// `10`, `10/s`, `100/m` or `1000/h`.
        case rate
        case text
        case url
        /// One URL or a list of them; in one text they stand between semicolons.
        case urls
        /// A path, `sqlite:///PATH` or `memory://`.
        case storeURL
        /// A name of the time zone database, such as `Europe/Berlin`.
        case timezone
        /// A scalar whose text is one of these.
        case choice([String])
        /// A list of texts, each one of these.
        case choices([String])
        case textList
        case mapping
        case mappingOrList
        case boolOrMapping
        case any

        /// A whole number from 0.
        static var count: Form { .int(min: 0, max: nil) }
        /// A whole number from 1.
        static var positive: Form { .int(min: 1, max: nil) }
    }

    /// What flowrun does with a setting.
    package enum Use: Sendable, Hashable {
        /// Honoured in embedded runs.
        case native
        /// Used only on Celery's wire.
        case wire
        /// Known and without effect; says why, in words that go on after a colon.
        case notApplicable(String)
    }

    package let name: String
    package let form: Form
    package let isNullable: Bool
    /// The default as JSON text.
    package let defaultText: String
    package let use: Use
    /// What the setting decides: one line, no full stop.
    package let summary: String
}

/// Every setting that flowrun knows: all of Celery's, up to 5.7, and its own.
///
/// The names, defaults and meanings are those of Celery's
/// [configuration reference](https://docs.celeryq.dev/en/stable/userguide/configuration.html), filled up from its
/// source (`celery/app/defaults.py`); where the two differ about a default, it is the one that takes effect.
package enum SettingCatalog {
    /// All settings, sorted by the bytes of the name; no name stands twice.
    package static let all: [Setting] = [
        acceptToBeat, broker, cacheToDynamodb, elasticsearchToRedis, resultToStore, task, worker,
    ].flatMap { $0 }

    /// The setting of exactly this name, lower-case as it is.
    ///
    /// - Complexity: O(log *n*) comparisons of names.
    package static func setting(named name: String) -> Setting? {
        element(of: all, named: name, by: \.name)
    }

    /// The lower-case name that replaced an old upper-case one: `task_time_limit` for `CELERYD_TASK_TIME_LIMIT`.
    ///
    /// Knows the old names that Celery's reference lists and those that its source still maps. Besides, a setting's own
    /// name in capitals is understood, alone (`TASK_TIME_LIMIT`) or with the prefix that Django projects give it
    /// (`CELERY_TASK_TIME_LIMIT`). Nil for any other name, and for one that is not in capitals.
    package static func currentName(ofOld name: String) -> String? {
        guard name.utf8.allSatisfy(isUpperCase) else { return nil }
        if let renaming = element(of: renamings, named: name, by: \.old) { return renaming.current }
        let current = name.lowercased()
        let prefix = "celery_"
        if current.hasPrefix(prefix), let setting = setting(named: String(current.dropFirst(prefix.utf8.count))) {
            return setting.name
        }
        return setting(named: current)?.name
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Searches elements that are sorted by the bytes of their names.
    private static func element<Element>(
        of elements: [Element], named name: String, by key: (Element) -> String
    ) -> Element? {
        var range = elements.startIndex..<elements.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let candidate = key(elements[middle])
            // By bytes: `==` would take a canonically equivalent character, such as the kelvin sign, for its like.
            if candidate.utf8.elementsEqual(name.utf8) { return elements[middle] }
            if candidate.utf8.lexicographicallyPrecedes(name.utf8) {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return nil
    }
}
