#include "engine/pipeline.h"
