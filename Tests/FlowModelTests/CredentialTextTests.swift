import FlowModel
import Testing

struct CredentialTextTests {
    // The tokens are put together when the tests run, so that no scanner of repositories takes them for real.
    private static let body = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"

    @Test(arguments: [
        ("AK|IAJ3K5L7M2N4P6Q2R5", "an AWS access key"),
        ("aws configure set key AS|IAJ3K5L7M2N4P6Q2R5;", "an AWS access key"),
        ("gh|p_BODY", "a GitHub token"), ("git clone https://gh|s_BODY@github.com/a/b", "a GitHub token"),
        ("github|_pat_BODY_BODY", "a GitHub token"), ("gl|pat-BODY", "a GitLab token"),
        ("xo|xb-1234567890-abcdefghij", "a Slack token"), ("sk_|live_BODY", "a Stripe key"),
        ("AI|zaaB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA", "a Google API key"), ("np|m_BODY", "an npm token"),
        ("py|pi-BODYBODY", "a PyPI token"),
        ("Bearer ey|JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.BODY", "a JSON web token"),
        ("-----BEGIN RSA |PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234567890abcdefgh\n", "a private key"),
        (#"-----BEGIN |PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1234567890abcdefgh"#, "a private key"),
        ("amqp://app:hunter2@mq.acme.com//", "a password in a URL"),
        ("psql postgres://app:s3cr3tpw@db/app -c x", "a password in a URL"),
        ("redis://:hunter2@cache.acme.com", "a password in a URL"),
    ])
    func `the shape of a credential is told anywhere`(_ text: String, _ kind: String) {
        let text = text.split(separator: "|").joined().split(separator: "BODY", omittingEmptySubsequences: false)
        #expect(CredentialText.kind(of: text.joined(separator: Self.body), named: nil) == kind)
    }

    @Test(arguments: [
        "", "hello", "AKIA", "AKIAIOSFODNN7EXAMPLE", "AKIAXXXXXXXXXXXXXXXX", "ghp_short",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "npm_config_registry", "npm_package_config_with_a_long_name_ok1", "pypi-publish", "xoxb-your-token",
        "grep -q -- '-----BEGIN RSA PRIVATE KEY-----' key.pem",
        "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1234567890ab",
        "-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAKCAQEA1234567890ab", "eyJ.eyJ.x", "amqp://guest:guest@localhost",
        "amqp://guest:guest@mq.acme.com", "postgres://app:postgres@db:5432/app", "redis://localhost:6379/0",
        "redis://:$PASSWORD@h.com", "redis://u:${PASSWORD}@h.com", "redis://u:${{secrets.p}}@h.com",
        "redis://u:${{ secrets.p }}@h.com", "redis://u:***@h.com", "redis://u:xxx@h.com", "redis://u:<password>@h.com",
        "redis://u:changeme@h.com", "redis://u:password@h.com", "https://h.com/a:b@c", "git@github.com:a/b.git",
        "ssh://git@github.com:22/a", "https://example.com/?q=a:b@c", "mailto:a@b.com", "http://[::1]:80/",
        "postgres://{user}:{password}@{host}/x", "a\u{0}://b:c", "://:@", "postgres://u:%(password)s@h.com/x",
    ])
    func `other text is none`(_ text: String) {
        #expect(CredentialText.kind(of: text, named: nil) == nil)
    }

    @Test(arguments: [
        ("DB_PASSWORD", "a password"), ("password", "a password"), ("PGPASSWORD", "a password"),
        ("smtp-passwd", "a password"), ("CLIENT_SECRET", "a secret"), ("api_token", "a token"),
        ("accessToken", "a token"), ("OPENAI_API_KEY", "an API key"), ("apikey", "an API key"),
        ("AWS_SECRET_ACCESS_KEY", "an access key"), ("SSH_PRIVATE_KEY", "a private key"),
        ("service_credentials", "a credential"),
    ])
    func `a value of a name that says so is one`(_ name: String, _ kind: String) {
        #expect(CredentialText.kind(of: "hunter2", named: name) == kind)
    }

    @Test(arguments: [
        "PASSWORD_FILE", "TOKEN_PATH", "SECRET_NAME", "TOKEN_URL", "SECRET_ID", "PASSWORD_LENGTH", "TOKENIZER",
        "TOKENS",
        "KEY", "SORT_KEY", "USER", "", "_", "EOS_TOKEN", "next_token", "PUBLIC_KEY", "SECRETARY",
    ])
    func `a value of another name is none`(_ name: String) {
        #expect(CredentialText.kind(of: "hunter2", named: name) == nil)
    }

    @Test(arguments: [
        "", "true", "no", "null", "$TOKEN", "${{ secrets.token }}", "${TOKEN}", "Bearer ${TOKEN}", "{{ token }}",
        "%TOKEN%",
        "/run/secrets/token", "./token", "~/token", "key.json", "xxx", "***", "<token>", "changeme", "CHANGE_ME",
        "your-token-here", "my-secret", "password", "db-credentials", "a text of some words", "REDACTED",
        "vault:kv/token",
        "op://vault/item", "arn:aws:secretsmanager:eu:1:secret:a", "…", "4096",
    ])
    func `a placeholder, a path or a reference is none`(_ value: String) {
        #expect(CredentialText.kind(of: value, named: "API_TOKEN") == nil)
    }

    @Test func `long texts of one kind are scanned without trouble`() {
        for unit in ["://a:", "-----BEGIN ", "eyJ.", "ghp_", "a", "-", "-----BEGIN PRIVATE KEY-----", " ", "@:/"] {
            let text = String(repeating: unit, count: 20_000)
            #expect(CredentialText.kind(of: text, named: "x") == nil)
        }
    }
}
