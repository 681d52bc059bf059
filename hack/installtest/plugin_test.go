package installtest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"sigs.k8s.io/yaml"
)

// krewManifest is the part of krew's manifest that tells what to fetch.
type krewManifest struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string `json:"version"`
		ShortDescription string `json:"shortDescription"`
		Platforms        []struct {
			Selector struct {
				MatchLabels map[string]string `json:"matchLabels"`
			} `json:"selector"`
			URI    string `json:"uri"`
			SHA256 string `json:"sha256"`
			Bin    string `json:"bin"`
		} `json:"platforms"`
	} `json:"spec"`
}

// filledIn is the manifest of the release v1.2.3 with the archives of a folder.
func filledIn(t *testing.T, dist string) (string, error) {
	t.Helper()
	t.Setenv("TAG", "v1.2.3")
	t.Setenv("DIST", dist)
	return run(t, nil, "hack/plugin/krew.sh")
}

// TestKrewManifest: of each platform the archive that the release has, with its sum.
func TestKrewManifest(t *testing.T) {
	g := NewWithT(t)
	dist := t.TempDir()
	const release = "https://github.com/dataroom-dev/intralinks-operator/releases/download/v1.2.3/"
	for _, platform := range []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"} {
		g.Expect(os.WriteFile(filepath.Join(dist, "kubectl-intralinks_"+platform+".tar.gz"), []byte(platform), 0o600)).To(Succeed())
	}
	text, err := filledIn(t, dist)
	g.Expect(err).NotTo(HaveOccurred())
	var manifest krewManifest
	g.Expect(yaml.UnmarshalStrict([]byte(text), &map[string]any{})).To(Succeed())
	g.Expect(yaml.Unmarshal([]byte(text), &manifest)).To(Succeed())
	g.Expect(manifest.Kind).To(Equal("Plugin"))
	g.Expect(manifest.Metadata.Name).To(Equal("intralinks"))
	g.Expect(manifest.Spec.Version).To(Equal("v1.2.3"))
	g.Expect(len(manifest.Spec.ShortDescription)).To(BeNumerically("<=", 50), "what krew shows in its list")
	g.Expect(manifest.Spec.Platforms).To(HaveLen(6))
	for _, p := range manifest.Spec.Platforms {
		platform := p.Selector.MatchLabels["os"] + "_" + p.Selector.MatchLabels["arch"]
		sum := sha256.Sum256([]byte(platform))
		g.Expect(p.URI).To(Equal(release + "kubectl-intralinks_" + platform + ".tar.gz"))
		g.Expect(p.SHA256).To(Equal(hex.EncodeToString(sum[:])))
		g.Expect(strings.HasSuffix(p.Bin, ".exe")).To(Equal(strings.HasPrefix(platform, "windows")))
	}
	_, err = filledIn(t, t.TempDir())
	g.Expect(err).To(HaveOccurred(), "a manifest without sums is worth nothing")
}

// TestPluginArchive: the program, stamped, and the licence; and the same archive again.
func TestPluginArchive(t *testing.T) {
	g := NewWithT(t)
	var archives [2][]byte
	name := "kubectl-intralinks_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	for name, value := range map[string]string{
		"PLATFORMS": runtime.GOOS + "/" + runtime.GOARCH, "VERSION": "v1.2.3", "COMMIT": "abc", "DATE": "2026-01-05",
	} {
		t.Setenv(name, value)
	}
	for i := range archives {
		dist := t.TempDir()
		t.Setenv("DIST", dist)
		_, err := run(t, nil, "hack/plugin/build.sh")
		g.Expect(err).NotTo(HaveOccurred())
		archives[i], err = os.ReadFile(filepath.Join(dist, name))
		g.Expect(err).NotTo(HaveOccurred())
	}
	g.Expect(archives[0]).To(Equal(archives[1]))
	folder := t.TempDir()
	g.Expect(os.WriteFile(filepath.Join(folder, name), archives[0], 0o600)).To(Succeed())
	listed, err := run(t, nil, "tar", "-xvzf", filepath.Join(folder, name), "-C", folder)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(strings.Fields(listed)).To(ConsistOf("LICENSE", "kubectl-intralinks"))
	said, err := run(t, nil, filepath.Join(folder, "kubectl-intralinks"), "version")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(said).To(HavePrefix("kubectl-intralinks v1.2.3, commit abc of 2026-01-05, "))
}
