internal import FlowModel

extension ReferencePage {
    /// The text of `docs/settings.md`: every setting, by what flowrun does with it.
    package static var settings: String {
        let all = SettingCatalog.all
        let parts = [
            """
            # Settings

            Celery's names and defaults, and flowrun's own; they stand in `settings:` of a workflow and in `flowrun.yaml`.
            Made of `Sources/FlowModel` by the tests; edit it there.

            """,
            section("Honoured natively", nil, all.filter { $0.use == .native }),
            section("Used only on Celery's wire", nil, all.filter { $0.use == .wire }),
            section(
                "Without effect", "They are known, and `check` warns about them with the reason.",
                all.filter { if case .notApplicable = $0.use { true } else { false } }),
        ]
        return parts.joined(separator: "\n")
    }

    private static func section(_ title: String, _ introduction: String?, _ settings: [Setting]) -> String {
        let hasReason = settings.contains { reason($0) != nil }
        var text = "## \(title)\n\n" + (introduction.map { "\($0)\n\n" } ?? "")
        let head = ["Setting", "Default", "Value", "Meaning"] + (hasReason ? ["Why it has no effect"] : [])
        text += row(head) + row(head.map { _ in "---" })
        for setting in settings {
            let value = setting.form.expectation + (setting.isNullable ? ", or null" : "")
            text += row(
                [code(setting.name), code(setting.defaultText), value, setting.summary]
                    + (hasReason ? [reason(setting) ?? ""] : []))
        }
        return text
    }

    private static func reason(_ setting: Setting) -> String? {
        if case .notApplicable(let reason) = setting.use { reason } else { nil }
    }
}
