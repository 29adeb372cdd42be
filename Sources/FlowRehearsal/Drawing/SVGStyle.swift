/// The look of a picture, for light and dark pages.
enum SVGStyle {
    /// Every rule is under `.flowrun-plan`, so that a picture inside a page does not change the page.
    static let sheet = light + "\n@media (prefers-color-scheme: dark) {\n" + dark + "\n}"

    private static let light = rules(
        """
        .page { fill: #ffffff }
        text { font-family: Helvetica, Arial, "Liberation Sans", "Nimbus Sans", sans-serif; fill: #1e293b }
        .title { font-size: 19px; font-weight: bold }
        .subtitle { font-size: 13px; font-weight: bold }
        .summary { font-size: 12.5px; fill: #64748b }
        .label { font-size: 13px }
        .detail { font-size: 11px; fill: #64748b }
        .heading { font-size: 11px; font-weight: bold; fill: #475569 }
        .node .shape { fill: #ffffff; stroke: #94a3b8; stroke-width: 1.3 }
        .box .shape { fill: #64748b; fill-opacity: 0.06; stroke: #94a3b8; stroke-opacity: 0.55; stroke-width: 1 }
        .callback .shape { fill: #f8fafc }
        .critical .shape { stroke: #4f46e5; stroke-width: 2.2; stroke-opacity: 1 }
        .box.critical .shape { stroke-width: 1.4; stroke-opacity: 0.75 }
        .node.critical .shape { fill: #eef2ff }
        .skipped .shape { stroke: #94a3b8; stroke-dasharray: 5 4; stroke-opacity: 1 }
        .node.skipped .shape { fill: #f8fafc }
        .back, .skipped .back { stroke-dasharray: none; stroke-opacity: 0.7 }
        .skipped .label { fill: #7c8798 }
        .failed .shape { stroke: #dc2626; stroke-opacity: 1 }
        .node.failed .shape { fill: #fef2f2 }
        .failed .label, .failed .detail { fill: #b91c1c }
        .line { fill: none; stroke: #64748b; stroke-width: 1.5 }
        .head { fill: #64748b; stroke: none }
        .open { fill: none; stroke: #64748b; stroke-width: 1.3 }
        .order .line { stroke: #94a3b8; stroke-width: 1.2 }
        .link .line { stroke: #0d9488; stroke-dasharray: 1.5 3.5; stroke-linecap: round; stroke-width: 1.8 }
        .link .head { fill: #0d9488 }
        .link_error .line { stroke: #dc2626; stroke-dasharray: 1.5 3.5; stroke-linecap: round; stroke-width: 1.8 }
        .link_error .head { fill: #dc2626 }
        .data.skipped .line, .order.skipped .line { stroke: #a8b3c2; stroke-dasharray: 5 4 }
        .data.skipped .head { fill: #a8b3c2 }
        .order.skipped .head { stroke: #a8b3c2 }
        .edge.critical .line { stroke: #4f46e5; stroke-width: 2.4 }
        .edge.critical .head { fill: #4f46e5 }
        .edge.critical .open { fill: none; stroke: #4f46e5; stroke-width: 2.4 }
        .axis { fill: none; stroke: #e2e8f0; stroke-width: 1 }
        .tick { font-size: 11px; fill: #64748b }
        .row { font-size: 11px; fill: #334155 }
        .bar { fill: #94a3b8 }
        .critical .bar { fill: #4f46e5 }
        .failed .bar { fill: #dc2626 }
        .skipped .bar { fill: #cbd5e1 }
        """)

    private static let dark = rules(
        """
        .page { fill: #0d1117 }
        text { fill: #e2e8f0 }
        .summary, .detail, .tick { fill: #94a3b8 }
        .heading { fill: #cbd5e1 }
        .row { fill: #cbd5e1 }
        .node .shape { fill: #161d29; stroke: #64748b }
        .box .shape { fill: #94a3b8; stroke: #64748b }
        .critical .shape { stroke: #818cf8 }
        .node.critical .shape { fill: #1e2145 }
        .skipped .shape { stroke: #64748b }
        .node.skipped .shape { fill: #0f1520 }
        .skipped .label { fill: #8b98ab }
        .failed .shape { stroke: #f87171 }
        .node.failed .shape { fill: #2a1215 }
        .failed .label, .failed .detail { fill: #fca5a5 }
        .line, .open { stroke: #94a3b8 }
        .head { fill: #94a3b8 }
        .open { fill: none }
        .order .line { stroke: #64748b }
        .link .line { stroke: #2dd4bf }
        .link .head { fill: #2dd4bf }
        .link_error .line { stroke: #f87171 }
        .link_error .head { fill: #f87171 }
        .data.skipped .line, .order.skipped .line { stroke: #566275 }
        .data.skipped .head { fill: #566275 }
        .order.skipped .head { stroke: #566275 }
        .edge.critical .line { stroke: #818cf8 }
        .edge.critical .head { fill: #818cf8 }
        .edge.critical .open { fill: none; stroke: #818cf8 }
        .axis { stroke: #263041 }
        .bar { fill: #64748b }
        .critical .bar { fill: #818cf8 }
        .failed .bar { fill: #f87171 }
        .skipped .bar { fill: #334155 }
        """)

    private static func rules(_ rules: String) -> String {
        rules.split(separator: "\n").map { rule in
            guard let brace = rule.firstIndex(of: "{") else { return String(rule) }
            let selectors = rule[..<brace].split(separator: ",").map { selector in
                ".flowrun-plan " + String(selector.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            return selectors.joined(separator: ", ") + " " + rule[brace...]
        }.joined(separator: "\n")
    }
}
