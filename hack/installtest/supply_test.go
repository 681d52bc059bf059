package installtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

func file(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A tag can be moved to other code; a commit or a digest can't.
func TestWhatIsBuiltWithIsPinnedByDigest(t *testing.T) {
	g := NewWithT(t)
	workflows, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(len(workflows)).To(BeNumerically(">=", 5))
	actions := 0
	for _, path := range workflows {
		text, err := os.ReadFile(path)
		g.Expect(err).NotTo(HaveOccurred())
		for _, use := range regexp.MustCompile(`(?m)\buses:.*$`).FindAllString(string(text), -1) {
			g.Expect(use).To(MatchRegexp(`^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`), filepath.Base(path))
			actions++
		}
		var workflow struct {
			Permissions map[string]string `json:"permissions"`
		}
		g.Expect(yaml.Unmarshal(text, &workflow)).To(Succeed())
		g.Expect(workflow.Permissions).To(Equal(map[string]string{"contents": "read"}), "%s: jobs ask for what they need beyond", filepath.Base(path))
	}
	g.Expect(actions).To(BeNumerically(">", 10))

	dockerfile := file(t, "Dockerfile")
	for _, argument := range []string{"GO_IMAGE", "BASE_IMAGE"} {
		g.Expect(dockerfile).To(MatchRegexp(`(?m)^ARG ` + argument + `=\S+@sha256:[0-9a-f]{64}$`))
	}
	for _, from := range regexp.MustCompile(`(?m)^FROM .*$`).FindAllString(dockerfile, -1) {
		g.Expect(from).To(MatchRegexp(`\$\{(GO|BASE)_IMAGE\}`))
	}
}

func TestTheBotLooksAfterEveryModule(t *testing.T) {
	g := NewWithT(t)
	var bot struct {
		Updates []struct {
			Ecosystem   string   `json:"package-ecosystem"`
			Directories []string `json:"directories"`
		} `json:"updates"`
	}
	g.Expect(yaml.Unmarshal([]byte(file(t, ".github/dependabot.yml")), &bot)).To(Succeed())
	var ecosystems, patterns []string
	for _, update := range bot.Updates {
		ecosystems = append(ecosystems, update.Ecosystem)
		if update.Ecosystem == "gomod" {
			patterns = append(patterns, update.Directories...)
		}
	}
	g.Expect(ecosystems).To(ContainElements("gomod", "docker", "github-actions"))
	modules, err := filepath.Glob(filepath.Join(root, "hack/*/go.mod"))
	g.Expect(err).NotTo(HaveOccurred())
	deeper, err := filepath.Glob(filepath.Join(root, "hack/*/*/go.mod"))
	g.Expect(err).NotTo(HaveOccurred())
	for _, module := range slices.Concat([]string{root + "/go.mod"}, modules, deeper) {
		folder := "/" + strings.Trim(strings.TrimPrefix(filepath.ToSlash(filepath.Dir(module)), root), "/")
		g.Expect(slices.ContainsFunc(patterns, func(pattern string) bool {
			matched, _ := filepath.Match(pattern, folder)
			return matched
		})).To(BeTrue(), folder)
	}
}

// The release workflow refuses a tag that differs from these; here they are held against each other.
func TestTheChartAndKustomizeNameOneRelease(t *testing.T) {
	g := NewWithT(t)
	var chartFile struct {
		Version    string `json:"version"`
		AppVersion string `json:"appVersion"`
	}
	g.Expect(yaml.Unmarshal([]byte(file(t, chart+"/Chart.yaml")), &chartFile)).To(Succeed())
	g.Expect(chartFile.AppVersion).To(Equal("v" + chartFile.Version))
	g.Expect(file(t, "config/manager/kustomization.yaml")).To(ContainSubstring("newTag: " + chartFile.AppVersion + "\n"))
}

func TestTheOperatorTellsItsVersion(t *testing.T) {
	g := NewWithT(t)
	said, err := run(t, nil, testenv.Start(t).Operator(t), "--version")
	g.Expect(said, err).To(Equal("intralinks-operator dev, commit unknown of unknown\n"))
}
