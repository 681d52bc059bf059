package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	// user is distroless' nonroot. A number, because Kubernetes can't tell whether a name is root.
	user = "65532:65532"
	// largest size of an image, unpacked, in bytes.
	largest = 60_000_000
)

// needed is what the operator reads of its image: whom to trust, and what hour it is elsewhere.
var needed = []string{"etc/ssl/certs/ca-certificates.crt", "usr/share/zoneinfo/Europe/London"}

// unwanted helps nobody but who has broken in.
var unwanted = []string{"sh", "bash", "dash", "ash", "busybox", "apt", "apk", "dpkg", "wget", "curl"}

var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// promise is what an image has to keep.
type promise struct{ arch, version, commit, date string }

// line is what the operator prints for --version.
func (p promise) line() string {
	return fmt.Sprintf("intralinks-operator %s, commit %s of %s", p.version, p.commit, p.date)
}

// check gives a line for each promise that is broken.
func (p promise) check(found *image) []string {
	var broken []string
	note := func(ok bool, format string, args ...any) {
		if !ok {
			broken = append(broken, fmt.Sprintf(format, args...))
		}
	}
	c := found.config
	note(c.OS == "linux" && c.Architecture == p.arch, "it is for %s/%s", c.OS, c.Architecture)
	note(c.Config.User == user, "it runs as %q, not as %s", c.Config.User, user)
	note(slices.Equal(c.Config.Entrypoint, []string{"/manager"}), "its entry point is %q", c.Config.Entrypoint)
	for label, value := range map[string]string{"version": p.version, "revision": p.commit} {
		label = "org.opencontainers.image." + label
		note(c.Config.Labels[label] == value, "its label %s is %q, not %q", label, c.Config.Labels[label], value)
	}
	note(found.size < largest, "it has %d bytes, %d or more", found.size, largest)
	for _, name := range needed {
		note(len(found.files[name].content) > 0, "/%s is missing", name)
	}
	for name, f := range found.files {
		note(!slices.Contains(unwanted, path.Base(name)), "/%s is of use to an intruder", name)
		note(f.mode&(fs.ModeSetuid|fs.ModeSetgid) == 0, "/%s gives its owner's rights to whoever runs it", name)
	}
	if err := p.checkBinary(found.files["manager"]); err != nil {
		broken = append(broken, "/manager: "+err.Error())
	}
	slices.Sort(broken)
	return broken
}

// checkBinary runs a binary of this machine's own kind, and looks into any other.
func (p promise) checkBinary(binary file) error {
	program, err := elf.NewFile(bytes.NewReader(binary.content))
	if err != nil {
		return err
	}
	if program.Machine != machines[p.arch] {
		return fmt.Errorf("it is for %s", program.Machine)
	}
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			return errors.New("it is linked dynamically, and there is nothing to link it with")
		}
	}
	if binary.mode&0o001 == 0 {
		return fmt.Errorf("others than its owner can't run it: %s", binary.mode)
	}
	if p.arch == runtime.GOARCH {
		return p.checkVersion(binary.content)
	}
	for _, stamp := range []string{p.version, p.commit, p.date} {
		if !bytes.Contains(binary.content, []byte(stamp)) {
			return fmt.Errorf("%q isn't stamped", stamp)
		}
	}
	return nil
}

func (p promise) checkVersion(content []byte) error {
	folder, err := os.MkdirTemp("", "imagecheck")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it is temporary anyway
	program := filepath.Join(folder, "manager")
	if err := os.WriteFile(program, content, 0o700); err != nil { //nolint:gosec // it is run
		return err
	}
	output, err := exec.CommandContext(context.Background(), program, "--version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("--version: %w: %s", err, output)
	}
	if printed := strings.TrimSpace(string(output)); printed != p.line() {
		return fmt.Errorf("--version prints %q, not %q", printed, p.line())
	}
	return nil
}
