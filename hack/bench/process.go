package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dataroom.dev/intralinks-operator/internal/testenv/reaper"
)

// patience is how long a process may take to end by itself.
const patience = 30 * time.Second

// process is a program that runs beside this one.
type process struct {
	command *exec.Cmd
	log     string
	ended   chan struct{}
}

// start runs a program; what it prints goes into a file, and to also where that is not nil.
func (r *rig) start(log, program string, also io.Writer, env []string, args ...string) (*process, error) {
	// Under a name of its own, since the reaper knows one process of each name.
	link := filepath.Join(r.folder, fmt.Sprintf("%s-%d", filepath.Base(program), r.programs.Add(1)))
	if err := os.Symlink(program, link); err != nil {
		return nil, err
	}
	wrapped, err := r.reaper.Wrap(link, reaper.Kill)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &process{log: log, ended: make(chan struct{})}
	p.command = exec.Command(wrapped, args...) //nolint:noctx // it is ended gently, in order
	p.command.Env = append(os.Environ(), env...)
	p.command.Stdout, p.command.Stderr = io.Writer(file), file
	if also != nil {
		p.command.Stdout = io.MultiWriter(file, also)
	}
	if err := p.command.Start(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	go func() {
		_ = p.command.Wait() // whoever waits looks at ProcessState
		file.Close()
		close(p.ended)
	}()
	return p, nil
}

// stop ends it as a kubelet does.
func (p *process) stop() error {
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
	}
	_ = p.command.Process.Kill()
	<-p.ended
	return fmt.Errorf("%s did not end within %s and was killed", p.command.Path, patience)
}

// end is the end of what it printed.
func (p *process) end() string {
	const most = 1500
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}

// status reads a line of /proc/…/status, in bytes: VmRSS, VmHWM.
func (p *process) status(name string) (int64, error) { return memoryOf(p.command.Process.Pid, name) }

func memoryOf(pid int, name string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if value, found := strings.CutPrefix(string(line), name+":"); found {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes * kib, err
		}
	}
	return 0, fmt.Errorf("the kernel does not tell %s of a process", name)
}

// forgetPeak lets VmHWM begin anew.
func (p *process) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.command.Process.Pid), []byte("5"), 0)
}

// processorTime is what a process has used so far; 0 where the kernel does not tell.
func processorTime(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name, in brackets, may hold blanks. The 12th and 13th field behind it are the time in user mode and in the
	// kernel, in hundredths of a second.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	if errors.Join(errUser, errSystem) != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
