#include "share/exporter.h"
