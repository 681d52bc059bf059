package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	. "github.com/onsi/gomega"
)

var wanted = promise{arch: runtime.GOARCH, version: "v9.9.9", commit: "0123abc", date: "2026-01-02T03:04:05Z"}

// build is a program that prints what the operator would.
func build(t *testing.T, says string) []byte {
	t.Helper()
	g := NewWithT(t)
	folder := t.TempDir()
	source := "package main\n\nfunc main() { print(" + `"` + says + `\n"` + ") }\n"
	g.Expect(os.WriteFile(filepath.Join(folder, "main.go"), []byte(source), 0o600)).To(Succeed())
	command := exec.CommandContext(t.Context(), "go", "build", "-o", "manager", "main.go")
	command.Dir, command.Env = folder, append(os.Environ(), "CGO_ENABLED=0")
	output, err := command.CombinedOutput()
	g.Expect(err).NotTo(HaveOccurred(), string(output))
	content, err := os.ReadFile(filepath.Join(folder, "manager"))
	g.Expect(err).NotTo(HaveOccurred())
	return content
}

// packed is a tar archive of files.
func packed(t *testing.T, files map[string]file) []byte {
	t.Helper()
	var out bytes.Buffer
	into := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header, err := tar.FileInfoHeader(info{name, files[name]}, "")
		if err == nil {
			header.Name = name
			err = into.WriteHeader(header)
		}
		if err == nil {
			_, err = into.Write(files[name].content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := into.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// archive is an image as docker save writes it, of two layers, one of them compressed.
func archive(t *testing.T, settings string, lower, upper map[string]file) string {
	t.Helper()
	g := NewWithT(t)
	var zipped bytes.Buffer
	into := gzip.NewWriter(&zipped)
	_, err := into.Write(packed(t, lower))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(into.Close()).To(Succeed())
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": []string{"one", "two"}}})
	g.Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(t.TempDir(), "image.tar")
	g.Expect(os.WriteFile(path, packed(t, map[string]file{
		"manifest.json": {content: manifest}, "config.json": {content: []byte(settings)},
		"one": {content: zipped.Bytes()}, "two": {content: packed(t, upper)},
	}), 0o600)).To(Succeed())
	return path
}

const good = `{"architecture":"` + runtime.GOARCH + `","os":"linux","config":{"User":"65532:65532","Entrypoint":["/manager"],"Labels":{
  "org.opencontainers.image.version":"v9.9.9","org.opencontainers.image.revision":"0123abc"}}}`

func TestEachBrokenPromiseIsNamed(t *testing.T) {
	program := build(t, wanted.line())
	base := map[string]file{
		"etc/ssl/certs/ca-certificates.crt": {content: []byte("certificates")}, "usr/share/zoneinfo/Europe/London": {content: []byte("TZif")},
	}
	manager := map[string]file{"manager": {mode: 0o755, content: program}}
	with := func(files map[string]file, name string, f file) map[string]file {
		files = maps.Clone(files)
		files[name] = f
		return files
	}
	for _, tt := range []struct {
		name, settings string
		lower, upper   map[string]file
		broken         []string
	}{
		{name: "it keeps all"},
		{name: "root", settings: `{"architecture":"riscv64","os":"linux","config":{}}`, broken: []string{
			"it is for linux/riscv64", `it runs as ""`, "its entry point is []", "its label org.opencontainers.image.revision", "its label org.opencontainers.image.version"}},
		{name: "a shell", lower: with(base, "bin/busybox", file{}), broken: []string{"/bin/busybox is of use to an intruder"}},
		{name: "setuid", lower: with(base, "bin/su", file{mode: os.ModeSetuid | 0o755}), broken: []string{"/bin/su gives its owner's rights"}},
		{name: "nobody to trust", lower: map[string]file{}, broken: []string{"/etc/ssl/certs/ca-certificates.crt is missing", "/usr/share/zoneinfo/Europe/London is missing"}},
		{name: "too large", lower: with(base, "data", file{content: make([]byte, largest)}), broken: []string{"it has 6"}},
		{name: "no program", upper: map[string]file{}, broken: []string{"/manager: "}},
		{name: "another version", upper: map[string]file{"manager": {mode: 0o755, content: build(t, "intralinks-operator dev")}}, broken: []string{"/manager: --version prints"}},
		{name: "for its owner only", upper: map[string]file{"manager": {mode: 0o700, content: program}}, broken: []string{"/manager: others than its owner can't run it"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			if tt.settings == "" {
				tt.settings = good
			}
			if tt.lower == nil {
				tt.lower = base
			}
			if tt.upper == nil {
				tt.upper = manager
			}
			found, err := open(archive(t, tt.settings, tt.lower, tt.upper))
			g.Expect(err).NotTo(HaveOccurred())
			broken := wanted.check(found)
			g.Expect(broken).To(HaveLen(len(tt.broken)), "%q", broken)
			for i := range tt.broken {
				g.Expect(broken).To(ContainElement(HavePrefix(tt.broken[i])))
			}
		})
	}
}

// TestAProgramForAnotherMachineIsLookedInto where it can't be run.
func TestAProgramForAnotherMachineIsLookedInto(t *testing.T) {
	g := NewWithT(t)
	other := "arm64"
	if runtime.GOARCH == other {
		other = "amd64"
	}
	t.Setenv("GOARCH", other)
	binary := file{mode: 0o755, content: build(t, wanted.line())}
	foreign := wanted
	foreign.arch = other
	g.Expect(foreign.checkBinary(binary)).To(Succeed())
	g.Expect(wanted.checkBinary(binary)).To(MatchError(ContainSubstring("it is for EM_")))
	foreign.commit = "fedcba9"
	g.Expect(foreign.checkBinary(binary)).To(MatchError(`"fedcba9" isn't stamped`))
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	g := NewWithT(t)
	path := filepath.Join(t.TempDir(), "image.tar")
	g.Expect(os.WriteFile(path, packed(t, map[string]file{"index.json": {content: []byte("{}")}}), 0o600)).To(Succeed())
	_, err := open(path)
	g.Expect(err).To(MatchError(ContainSubstring("manifest.json")))
}
