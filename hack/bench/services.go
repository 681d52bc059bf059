package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// servicesCommand has this program be both services, and the WebDAV servers that peers are measured on.
const servicesCommand = "services"

// roomSpec is what the exchanges hold: all of them the same.
type roomSpec struct {
	// Exchanges are named Bench 1, Bench 2 and so on; one by default.
	Exchanges int
	// Folders at most a hundred of which lie in one place, and Documents spread evenly over them, of Bytes each.
	Folders, Documents int
	Bytes              int64
	// Budget of Luminance in requests Per; none where it is 0.
	Budget int
	Per    time.Duration
	// Received is a folder to keep what Luminance receives; "": only hashes are kept.
	Received string
	// Latency of each call.
	Latency time.Duration
	// From and To are folders that are served by WebDAV, From with the same documents; "": they are not.
	From, To string
}

// address tells where the services are.
type address struct{ Intralinks, Luminance, From, To string }

// serve plays the services until the context ends. It prints where they are, as a line of JSON.
func serve(ctx context.Context, out io.Writer, args []string) error {
	var spec roomSpec
	if err := json.Unmarshal([]byte(args[0]), &spec); err != nil {
		return err
	}
	room, err := spec.room()
	if err != nil {
		return err
	}
	source := intralinks.New(intralinks.Options{Exchanges: spec.exchanges(room)})
	target, err := luminance.New(luminance.Options{ReceivedDir: spec.Received})
	if err != nil {
		return err
	}
	switches := map[string]string{"budgetRequests": fmt.Sprint(spec.Budget), "budgetPer": max(spec.Per, time.Second).String(), "importDelay": "0s"}
	if spec.Received == "" {
		switches["store"] = "hashes"
	}
	for name, value := range switches {
		if err := target.Control().Set(name, value); err != nil {
			return err
		}
	}
	var at address
	for _, service := range []struct {
		url     *string
		handler http.Handler
	}{
		{&at.Intralinks, delayed(spec.Latency, source)}, {&at.Luminance, delayed(spec.Latency, target)},
		{&at.From, delayed(spec.Latency, webDAV(spec.From))}, {&at.To, delayed(spec.Latency, webDAV(spec.To))},
	} {
		if *service.url, err = listen(ctx, service.handler); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(out).Encode(at); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func listen(ctx context.Context, handler http.Handler) (url string, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // as long as the process
	return "http://" + listener.Addr().String(), nil
}

// delayed lets each call of a service wait, as a network does; the admin API answers at once.
func delayed(latency time.Duration, service http.Handler) http.Handler {
	if latency == 0 {
		return service
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const adminAPI = "/_sim"
		if len(r.URL.Path) < len(adminAPI) || r.URL.Path[:len(adminAPI)] != adminAPI {
			select {
			case <-time.After(latency):
			case <-r.Context().Done():
				return
			}
		}
		service.ServeHTTP(w, r)
	})
}

// room makes what an exchange holds. All hashes are known once it is made: it is not the simulator that is measured.
func (spec *roomSpec) room() (*dataroom.Room, error) {
	room := dataroom.New(1)
	folders, err := spec.folders(room)
	if err != nil {
		return nil, err
	}
	for i := range spec.Documents {
		content := dataroom.Noise(int64(i), spec.Bytes)
		d, err := room.AddDocument(folders[i%len(folders)], fmt.Sprintf("Share purchase agreement %06d", i), ".pdf", content)
		if err != nil {
			return nil, err
		}
		if _, err := d.SHA1(); err != nil {
			return nil, err
		}
		if spec.From != "" {
			if err := spec.lay(d); err != nil {
				return nil, err
			}
		}
	}
	return room, nil
}

// folders makes them: a hundred below the root, a hundred below each of those, and so on.
func (spec *roomSpec) folders(room *dataroom.Room) ([]int64, error) {
	const inOnePlace = 100
	var ids []int64
	for i := range max(1, spec.Folders) {
		parent := int64(0)
		if i >= inOnePlace {
			parent = ids[i/inOnePlace-1]
		}
		f, err := room.AddFolder(parent, fmt.Sprintf("Due diligence %05d", i))
		if err != nil {
			return nil, err
		}
		ids = append(ids, f.ID)
	}
	return ids, nil
}

// lay writes a document into the folder that is served by WebDAV.
func (spec *roomSpec) lay(d *dataroom.Document) error {
	folder := fmt.Sprintf("%s/%d", spec.From, d.Parent)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	in, err := d.Content().Open()
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := os.Create(folder + "/" + d.FileName())
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, in); err != nil {
		return err
	}
	return file.Close()
}

func (spec *roomSpec) exchanges(room *dataroom.Room) []intralinks.Exchange {
	var all []intralinks.Exchange
	for i := range max(1, spec.Exchanges) {
		all = append(all, intralinks.Exchange{ID: exchangeID(i), Name: fmt.Sprintf("Bench %d", i+1), Host: "Example LLP", Room: room})
	}
	return all
}

// exchangeID is the id of an exchange, counted from 0.
func exchangeID(n int) int64 { return 7100015 + 10*int64(n) }
