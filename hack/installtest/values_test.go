package installtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
	"sigs.k8s.io/yaml"
)

func TestAMistakeInTheValuesIsNamed(t *testing.T) {
	for _, tt := range []struct{ set, says string }{
		{"imagee.tag=v1", "at '': additional properties 'imagee' not allowed"},
		{"image.tga=v1", "at '/image': additional properties 'tga' not allowed"},
		{"persistence.exstingClaim=ledger", "at '/persistence': additional properties 'exstingClaim' not allowed"},
		{"networkPolicy.metricPeers=", "at '/networkPolicy': additional properties 'metricPeers' not allowed"},
		{"crds.keep=perhaps", "at '/crds/keep': got string, want boolean"},
		{"image.digest=sha256:abc", "at '/image/digest'"},
		{"watch.namespaces={Deals}", "at '/watch/namespaces/0'"},
		{"watch.namespaces=deals", "at '/watch/namespaces': got string, want array"},
		{"minInterval=5", "at '/minInterval'"},
		{"concurrentTransfers=65", "at '/concurrentTransfers': maximum: got 65, want 64"},
		{"log.level=loud", "at '/log/level': value must be one of '', 'debug', 'info', 'warn', 'error'"},
		{"args={leader-elect}", "at '/args/0'"},
		{"persistence.size=large", "at '/persistence/size'"},
		{"signIn.externalURL=http://intralinks.example.com", "at '/signIn/externalURL'"},
		{"signIn.externalURL=https://example.com/intralinks", "at '/signIn/externalURL'"},
		{"signIn.service.port=70000", "at '/signIn/service/port': maximum: got 70,000, want 65,535"},

		{"replicas=2", "replicas: 2 pods can't share a SQLite ledger: set replicas to 1, or ledger.postgres.existingSecret"},
		{"args={--ledger=postgres://u:p@db/x}", "put its address, which holds a password, into a Secret"},
		{"signIn.ingress.enabled=true", "signIn.externalURL: set it to the address under which browsers reach the sign-in pages"},
		{"console.enabled=true,api.enabled=false", "console.enabled: the console stands beside the API"},
		{"console.enabled=true,watch.namespaces={deals}", "served with api.enabled and without watch.namespaces"},
		{"signIn.httpRoute.enabled=true,signIn.externalURL=https://x.example.com", "signIn.httpRoute.parentRefs: name the Gateway"},
	} {
		t.Run(tt.set, func(t *testing.T) {
			_, err := template(t, "--set", tt.set)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(tt.says)))
		})
	}
}

// What the schema doesn't name it refuses, so a value that is missing there can't be set at all.
func TestEveryValueIsInTheSchema(t *testing.T) {
	g := NewWithT(t)
	var values map[string]any
	text, err := os.ReadFile(filepath.Join(root, chart, "values.yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(yaml.Unmarshal(text, &values)).To(Succeed())
	var schema map[string]any
	text, err = os.ReadFile(filepath.Join(root, chart, "values.schema.json"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(json.Unmarshal(text, &schema)).To(Succeed())

	var compare func(path string, values, schema map[string]any)
	compare = func(path string, values, schema map[string]any) {
		properties, closed := schema["properties"].(map[string]any)
		if !closed {
			return // any object: labels, or a part of Kubernetes' own API
		}
		g.Expect(schema).To(HaveKeyWithValue("additionalProperties", false), "the schema of %q", path)
		for name := range properties {
			// The parent's values are handed to every chart, and resources may claim devices.
			if path+name != "resources.claims" {
				g.Expect(values).To(HaveKey(name), "only in the schema: %s", path+name)
			}
		}
		for name, value := range values {
			g.Expect(properties).To(HaveKey(name), "only in values.yaml: %s", path+name)
			if inner, ok := value.(map[string]any); ok {
				compare(path+name+".", inner, properties[name].(map[string]any))
			}
		}
	}
	compare("", values, schema)
}

// Argo CD renders without a cluster, and again and again: what asks the cluster, the clock or chance drifts there.
func TestNothingIsAskedOfTheClusterAndNothingIsRandom(t *testing.T) {
	g := NewWithT(t)
	asks := regexp.MustCompile(`\b(lookup|rand[A-Z]\w*|gen[A-Z]\w*|uuidv4|now|env|expandenv|getHostByName|htpasswd|derivePassword)\b|\.Capabilities|\.Release\.(Is|Revision)`)
	action := regexp.MustCompile(`(?s){{.*?}}`)
	files, err := filepath.Glob(filepath.Join(root, chart, "templates/*"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(len(files)).To(BeNumerically(">", 8))
	comment := regexp.MustCompile(`(?s){{-? */\*.*?\*/ *-?}}`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		g.Expect(err).NotTo(HaveOccurred())
		for _, code := range action.FindAllString(comment.ReplaceAllString(string(text), ""), -1) {
			g.Expect(regexp.MustCompile(`\.Values[.\w]*`).ReplaceAllString(code, "")).NotTo(MatchRegexp(asks.String()), filepath.Base(file))
		}
	}
	for _, values := range valuesFiles(t) {
		once, err := template(t, "--values", values)
		g.Expect(err).NotTo(HaveOccurred())
		again, err := template(t, "--values", values, "--is-upgrade")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(again).To(Equal(once), values)
	}
}
