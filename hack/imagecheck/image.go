package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
)

// image is what an archive holds.
type image struct {
	config config
	// files by their path, without a slash in front.
	files map[string]file
	// size of all layers, unpacked, in bytes.
	size int64
}

type file struct {
	mode    fs.FileMode
	content []byte
}

// config as the OCI image specification has it.
type config struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Config       struct {
		User       string
		Entrypoint []string
		Labels     map[string]string
	} `json:"config"`
}

// open reads an archive whole: the image is small, or the check fails.
func open(name string) (*image, error) {
	archive, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	parts, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	var manifest []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(parts["manifest.json"].content, &manifest); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	if len(manifest) != 1 {
		return nil, fmt.Errorf("there are %d images in it", len(manifest))
	}
	found := &image{files: map[string]file{}}
	if err := json.Unmarshal(parts[manifest[0].Config].content, &found.config); err != nil {
		return nil, fmt.Errorf("its configuration: %w", err)
	}
	for _, layer := range manifest[0].Layers {
		if err := found.lay(parts[layer].content); err != nil {
			return nil, fmt.Errorf("layer %s: %w", layer, err)
		}
	}
	return found, nil
}

// lay puts a layer, compressed or not, over what there is.
func (i *image) lay(layer []byte) error {
	var reader io.Reader = bytes.NewReader(layer)
	if bytes.HasPrefix(layer, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(reader)
		if err != nil {
			return err
		}
		reader = unzipped
	}
	files, err := unpack(reader)
	if err != nil {
		return err
	}
	for _, f := range files {
		i.size += int64(len(f.content))
	}
	maps.Copy(i.files, files)
	return nil
}

// unpack gives the files and links of a tar archive; a link has its target for a content.
func unpack(from io.Reader) (map[string]file, error) {
	files := map[string]file{}
	for entries := tar.NewReader(from); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content := []byte(entry.Linkname)
		switch entry.Typeflag {
		case tar.TypeDir:
			continue
		case tar.TypeReg:
			if content, err = io.ReadAll(entries); err != nil {
				return nil, err
			}
		}
		name := strings.TrimPrefix(path.Clean("/"+entry.Name), "/")
		files[name] = file{mode: entry.FileInfo().Mode(), content: content}
	}
}
