// Package reaper ends what a test binary has started, however the test binary ends.
package reaper

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Reaper ends what was started through its wrappers once this process is gone. Many servers are started in groups of
// their own, so a Ctrl-C, a test timeout or a panic would leave a kube-apiserver of 300 MiB behind each time.
type Reaper struct {
	// Folder for all that they write; it goes with them.
	Folder string
}

// Signals that end a program: at once, or, for a PostgreSQL server, at once and leaving no shared memory behind.
const (
	Kill = "KILL"
	Quit = "QUIT"
)

// alive is never written to: that the kernel closes it tells a reaper that this process has ended. It is
// kept here because the garbage collector closes files that nothing refers to.
var (
	aliveLock sync.Mutex
	alive     []*os.File
)

// reap waits for its standard input to end, kills what the wrappers noted, and removes the folder. A
// Ctrl-C reaches it too, so it ignores the signals that are meant for the tests. A process killed a
// moment ago may still write, so the removal is tried more than once.
const reap = `trap '' HUP INT TERM
cat >/dev/null
for note in "$1"/*.pid; do read -r signal pid <"$note"; kill -s "$signal" "$pid"; done
for try in 1 2 3 4 5; do rm -rf "$1" && exit; sleep 0.2; done`

// Start begins to watch over this process. The folder is removed with what was started.
func Start(folder string) (*Reaper, error) {
	waits, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = waits.Close() }()
	aliveLock.Lock()
	alive = append(alive, held)
	aliveLock.Unlock()
	// Standard output and error stay closed to it: `go test` waits until nobody holds its own.
	command := exec.Command("sh", //nolint:noctx // it is there to outlive whatever a context of this process can end
		"-c", reap, "reaper", folder)
	command.Stdin = waits
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the process that ends the others: %w", err)
	}
	return &Reaper{Folder: folder}, nil
}

// Wrap returns the path of a program that notes its process id, and the signal that ends it, and then becomes the
// binary. Another user may run it where the folder is theirs.
func (r *Reaper) Wrap(binary, signal string) (string, error) {
	name := filepath.Base(binary)
	binary, err := filepath.Abs(binary)
	if err != nil {
		return "", err
	}
	script := fmt.Sprintf("#!/bin/sh\necho %s $$ >%q\nexec %q \"$@\"\n", signal, filepath.Join(r.Folder, name+".pid"), binary)
	path := filepath.Join(r.Folder, name)
	return path, os.WriteFile(path, []byte(script), 0o755)
}
