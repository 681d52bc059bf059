// Package chromium gives tests a real browser: headless Chromium, spoken to by the DevTools protocol over a pipe.
package chromium

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// names under which systems have it.
var names = []string{"chromium", "chromium-browser", "google-chrome", "chrome"}

// Browser is a running Chromium.
type Browser struct {
	t    testing.TB
	into io.Writer

	mu      sync.Mutex
	last    int
	answers map[int]chan answer
}

type call struct {
	ID      int    `json:"id"`
	Session string `json:"sessionId,omitempty"`
	Method  string `json:"method"`
	Params  any    `json:"params,omitempty"`
}

type answer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Start starts a browser that ends with the test. Certificates aren't checked. The test is skipped where there is no
// Chromium.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := ""
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium here: install it (Debian: apt-get install chromium) to test the pages in a browser")
	}
	b, err := start(t, path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func start(t testing.TB, path string) (*Browser, error) {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	// Where tests run as root in a container there is no sandbox to be had; the pages are our own.
	command := exec.CommandContext(context.WithoutCancel(t.Context()), path,
		"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	command.ExtraFiles = []*os.File{theirIn, theirOut}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	_, _ = theirIn.Close(), theirOut.Close()
	b := &Browser{t: t, into: ourOut, answers: map[int]chan answer{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.listen(ourIn)
	}()
	t.Cleanup(func() {
		_ = ourOut.Close() // which ends it
		<-ended
		_ = command.Wait()
	})
	return b, nil
}

// listen hands the answers to those who wait for them. Events are of no interest.
func (b *Browser) listen(from io.Reader) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes(0)
		if err != nil {
			break
		}
		var a answer
		if json.Unmarshal(line[:len(line)-1], &a) != nil || a.ID == 0 {
			continue
		}
		b.mu.Lock()
		waiting := b.answers[a.ID]
		delete(b.answers, a.ID)
		b.mu.Unlock()
		waiting <- a
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, waiting := range b.answers {
		close(waiting)
		delete(b.answers, id)
	}
	b.answers = nil
}

// try makes a call of the protocol, and reads its result into a value unless that is nil.
func (b *Browser) try(session, method string, params, into any) error {
	waiting := make(chan answer, 1)
	b.mu.Lock()
	if b.answers == nil {
		b.mu.Unlock()
		return errors.New("the browser has ended")
	}
	b.last++
	b.answers[b.last] = waiting
	text, err := json.Marshal(call{ID: b.last, Session: session, Method: method, Params: params})
	if err == nil {
		_, err = b.into.Write(append(text, 0))
	}
	b.mu.Unlock()
	if err != nil {
		return err
	}
	a, ok := <-waiting
	switch {
	case !ok:
		return fmt.Errorf("%s: the browser has ended", method)
	case a.Error != nil:
		return fmt.Errorf("%s: %s", method, a.Error.Message)
	case into != nil:
		return json.Unmarshal(a.Result, into)
	}
	return nil
}

func (b *Browser) do(session, method string, params, into any) {
	b.t.Helper()
	if err := b.try(session, method, params, into); err != nil {
		b.t.Fatal(err)
	}
}
